"""Reception: is it a staff member's answer or a caller? Each message takes one of two roads, in one transaction."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotline import intake, staff_answers
from hotline.errors import Conflict, StaleConnection, StoreAway
from hotline.gateway.addresses import is_withheld
from hotline.intake import Arrival, Taken
from hotline.services import Services
from hotline.staff_answers import answer_of
from hotline.store import events, recognition, reports, setup
from hotline.store.recognition import Address, Known
from hotline.store.reports import WITHHELD, Said
from hotline.store.session import Transaction
from triage.answers import Answer
from triage.events import CallEvent, CallStep, Channel, EventKey, EventKind, InboundMessage
from triage.protocol import Level
from triage.states import Happening
from triage.urgency import Conversation, score_safely

_log = logging.getLogger(__name__)
# What has fewer words is an answer to us, read or not ("ok siap bu"); from here on it may be about a danger.
_SENTENCE = 4


def receive_message(services: Services, message: InboundMessage) -> tuple[str, ...]:
    """Commits a message and rings; returns texts to answer at once (none: every text goes through the outbox).

    Raises StoreAway when nothing could be committed, so that the carrier tries again.
    """
    now = services.now()
    try:
        _commit(services, message, now)
    except StoreAway:
        raise
    except Exception:  # a fault of ours must not lose her message: the raw event is kept and worked on again
        _log.exception("reception.failed")
        keep_unprocessed(services, message.key, message.form, now)
    services.doorbell.ring_soon()
    return ()


def _commit(services: Services, message: InboundMessage, now: datetime) -> None:
    try:
        with services.database.begin() as tx:
            receive(tx, services, message, now)
    except (Conflict, StaleConnection):
        # The same message twice, or its neighbour in the same instant; the key tells which.
        services.database.run(lambda tx: _receive_once(tx, services, message, now))


def _receive_once(tx: Transaction, services: Services, message: InboundMessage, now: datetime) -> None:
    if not reports.is_known_event(tx, message.key):
        receive(tx, services, message, now)


def receive(tx: Transaction, services: Services, message: InboundMessage, now: datetime) -> None:
    """One message in one transaction: a staff member's answer or a caller's words. Raises Conflict as `intake` does."""
    # Two who hide their numbers share a word of the carrier, and no report.
    text = f"{WITHHELD}{message.sid}" if is_withheld(message.address) else message.address
    address = Address(message.channel, text, message.phone)
    known = recognise(tx, services, address, now)
    if known.staff_id and not _tells_of_danger(services, message, known):
        staff_answers.hear(tx, services, message, known.staff_id, now)
        return
    said = reports.said_of(message)
    intake.take_in(tx, services, Arrival(EventKind.MESSAGE, message.sid, "", address, said, message.form), known, now)


def _tells_of_danger(services: Services, message: InboundMessage, known: Known) -> bool:
    """Whether a staff member writes of a danger, her own or of somebody whose words she passes on."""
    if answer_of(message).answer is not Answer.UNCLEAR or len(message.text.split()) < _SENTENCE:
        return False
    if known.open_report is not None:
        return True
    found = score_safely(Conversation((message.text,), message.channel), services.protocol)
    return found.complaint and found.level.rank >= Level.HIGH.rank


def receive_call(tx: Transaction, services: Services, event: CallEvent, known: Known, now: datetime) -> Taken:
    """A call that comes in: nobody has spoken yet, and the report is already open."""
    address, before = call_address(event), _calls_before(tx, services, known, now)
    arrival = Arrival(EventKind.CALL, event.sid, CallStep.INCOMING, address, Said(""), event.form, calls_before=before)
    taken = intake.take_in(tx, services, arrival, known, now)
    entry = events.Entry(taken.ref, Happening.CALL_STARTED, "caller", {"withheld": event.withheld})
    events.append(tx, [entry], services.unit.id, now)
    return taken


def _calls_before(tx: Transaction, services: Services, known: Known, now: datetime) -> int:
    """How often she has called lately about what is open: redialling is urgency, never abuse."""
    if known.open_report is None:
        return 0
    return reports.calls_since(tx, known.open_report.report_id, now - services.rules.flood.window)


def call_address(event: CallEvent) -> Address:
    """Where a call came from; two hidden callers are two people until somebody knows better."""
    return Address(Channel.VOICE, f"{WITHHELD}{event.sid}" if event.withheld else event.address, event.phone)


def recognise(tx: Transaction, services: Services, address: Address, now: datetime) -> Known:
    """Who it is; creates the unit's own rows if this is the very first event of the house."""
    known = recognition.recognise(tx, services.unit.id, address, services.ladder.version)
    if known is None or not known.ladder_known:
        setup.ensure_unit(tx, services.unit.id, services.unit.code, now)
        setup.ensure_ladder(tx, services.ladder.version, services.ladder.source, now)
        known = recognition.recognise(tx, services.unit.id, address, services.ladder.version)
    if known is None:
        raise StoreAway
    return known


def keep_unprocessed(services: Services, key: EventKey, form: Mapping[str, Any], now: datetime) -> None:
    """Keeps a raw event that we failed to work on; the ticker tries it again and at last opens a report for it."""

    def work(tx: Transaction) -> None:
        if not reports.is_known_event(tx, key):
            setup.ensure_unit(tx, services.unit.id, services.unit.code, now)
            reports.keep_for_later(tx, services.unit.id, key, form, now)

    services.database.run(work)
