"""Raw events that we failed on: tried again, and at last each gets a report of its own, to be read by hand."""

import logging
from datetime import datetime, timedelta

from hotline import intake, reception
from hotline.errors import StoreAway
from hotline.gateway.addresses import is_withheld
from hotline.gateway.inbound import Step, parse_call, parse_message
from hotline.intake import Arrival
from hotline.services import Services
from hotline.store import engine
from hotline.store.engine import RawEvent
from hotline.store.recognition import Address
from hotline.store.reports import WITHHELD, Said
from hotline.store.session import Transaction
from triage.events import CallStep, Channel, EventKind

_log = logging.getLogger(__name__)
_TRIES = 5


def work_off(services: Services) -> None:
    """Tries raw events again that we failed on; after five tries each gets a report of its own, to be read by hand."""
    now = services.now()
    with services.database.look() as tx:
        waiting = engine.unprocessed(tx, now, 20)
    for raw in waiting:
        _try_again(services, raw, now)


def _try_again(services: Services, raw: RawEvent, now: datetime) -> None:
    try:
        services.database.run(lambda tx: _rework(tx, services, raw, now))
    except StoreAway:
        raise
    except Exception as fault:  # a poison event steps aside, with growing pauses, and stops no other
        _log.exception("reception.poison")
        name = type(fault).__name__
        later = now + timedelta(seconds=5 * 2**raw.attempts)
        services.database.run(lambda tx: engine.try_later(tx, raw.id, name, later))


def _rework(tx: Transaction, services: Services, raw: RawEvent, now: datetime) -> None:
    if not engine.take_out(tx, raw.id):
        return
    if raw.attempts >= _TRIES:
        _open_unread(tx, services, raw, now)
    elif raw.kind is EventKind.CALL:
        # Whoever called has hung up by now or heard that we failed: a report is what is left to give her.
        event = parse_call(raw.form, Step(CallStep.INCOMING))
        known = reception.recognise(tx, services, reception.call_address(event), now)
        reception.receive_call(tx, services, event, known, now)
    else:
        reception.receive(tx, services, parse_message(raw.form, services.settings.twilio_account_sid), now)


def _open_unread(tx: Transaction, services: Services, raw: RawEvent, now: datetime) -> None:
    address = _sender(raw)
    known = reception.recognise(tx, services, address, now)
    arrival = Arrival(raw.kind, raw.sid, raw.step, address, Said(""), raw.form, unreadable=True)
    intake.take_in(tx, services, arrival, known, now)


def _sender(raw: RawEvent) -> Address:
    sender = (raw.form.get("From") or [""])[0]
    if raw.kind is EventKind.CALL:
        channel = Channel.VOICE
    else:
        channel = Channel.WHATSAPP if sender.startswith("whatsapp:") else Channel.SMS
    return Address(channel, f"{WITHHELD}{raw.sid}" if is_withheld(sender) else sender, None)
