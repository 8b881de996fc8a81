"""Reception: is it a staff member's answer or a caller? Each message takes one of two roads, in one transaction."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hotline import acceptance, intake, notices
from hotline.acceptance import Outcome, Verdict, Word
from hotline.errors import Conflict, StaleConnection, StoreAway
from hotline.gateway.inbound import parse_message
from hotline.intake import Arrival
from hotline.services import Services
from hotline.store import dispatches, engine, events, offers, outbox, recognition, reports, setup
from hotline.store.engine import RawEvent
from hotline.store.recognition import Address, Known
from hotline.store.reports import Said
from hotline.store.session import Transaction
from triage.answers import Answer, StaffAnswer, read_answer
from triage.events import Channel, EventKey, EventKind, InboundMessage
from triage.states import Happening, OfferState

_log = logging.getLogger(__name__)
# A staff phone that answers automatically must not start a conversation with us (dispatch.md 5.6).
_UNCLEAR_AN_HOUR = 3
_TRIES = 5


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
    services.doorbell.ring()
    return ()


def _commit(services: Services, message: InboundMessage, now: datetime) -> None:
    try:
        with services.database.begin() as tx:
            _receive(tx, services, message, now)
    except (Conflict, StaleConnection):
        # The same message twice, or its neighbour in the same instant; the key tells which.
        services.database.run(lambda tx: _receive_once(tx, services, message, now))


def _receive_once(tx: Transaction, services: Services, message: InboundMessage, now: datetime) -> None:
    if not reports.is_known_event(tx, message.key):
        _receive(tx, services, message, now)


def _receive(tx: Transaction, services: Services, message: InboundMessage, now: datetime) -> None:
    address = Address(message.channel, message.address, message.phone)
    known = recognise(tx, services, address, now)
    if known.staff_id:
        _hear_staff(tx, services, message, known.staff_id, now)
        return
    said = reports.said_of(message)
    intake.take_in(tx, services, Arrival(EventKind.MESSAGE, message.sid, "", address, said, message.form), known, now)


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


def _hear_staff(tx: Transaction, services: Services, message: InboundMessage, staff_id: str, now: datetime) -> None:
    reports.keep_event(tx, services.unit.id, message.key, message.form, now)
    answer = read_answer(message.button or message.text)
    template, params = _respond(tx, services, staff_id, answer, now)
    if template == "answer.unclear" and _is_loop(tx, services, staff_id, now):
        return
    reply = notices.reply(template, staff_id, message.channel, message.sid, params)
    outbox.plan(tx, services.unit.id, [reply], now)


def _respond(
    tx: Transaction, services: Services, staff_id: str, answer: StaffAnswer, now: datetime
) -> tuple[str, dict[str, str]]:
    match answer.answer:
        case Answer.ACCEPT | Answer.DECLINE:
            return _decide(tx, services, staff_id, answer, now)
        case Answer.STOP:
            _alarm_unreachable(tx, services, staff_id, now)
            return "answer.stop", {}
        case _:
            _note(tx, services, staff_id, Happening.STAFF_UNCLEAR, now)
            return "answer.unclear", {}


def _decide(
    tx: Transaction, services: Services, staff_id: str, answer: StaffAnswer, now: datetime
) -> tuple[str, dict[str, str]]:
    found = offers.answerable(tx, staff_id, answer.code)
    if not found:
        return ("answer.unknown_code", {"code": answer.code}) if answer.code else ("answer.none_open", {})
    if not answer.code:
        open_now = [item for item in found if item.offer_state is OfferState.PENDING] or found
        if len(open_now) > 1:
            return "answer.which", {"codes": ", ".join(item.code for item in open_now)}
        found = open_now
    act = acceptance.accept if answer.answer is Answer.ACCEPT else acceptance.decline
    return words_for(services, act(tx, services, Word(staff_id, found[0].dispatch_id), now))


def words_for(services: Services, outcome: Outcome) -> tuple[str, dict[str, str]]:
    """The sentence of the catalogue for what was committed, and what fills it."""
    params = {"code": outcome.code}
    match outcome.verdict:
        case Verdict.YOURS if outcome.contact_by:
            params["by"] = local_time(services, outcome.contact_by)
        case Verdict.TAKEN:
            params["initials"] = outcome.by_initials or "–"
            params["since"] = local_time(services, outcome.since) if outcome.since else "–"
        case Verdict.NOT_OFFERED:
            params = {}
    return f"answer.{outcome.verdict}", params


def local_time(services: Services, moment: datetime) -> str:
    """Hour and minute on the unit's clocks, as Indonesian writes it."""
    return moment.astimezone(services.unit.zone).strftime("%H.%M")


def _is_loop(tx: Transaction, services: Services, staff_id: str, now: datetime) -> bool:
    return outbox.replies_since(tx, staff_id, "answer.unclear", now) >= _UNCLEAR_AN_HOUR


def _alarm_unreachable(tx: Transaction, services: Services, staff_id: str, now: datetime) -> None:
    """The carrier now blocks our messages to her: she stays on duty but cannot be written to, so the head is told."""
    who = dispatches.member(tx, staff_id)
    leaders = [leader for leader in dispatches.leaders(tx, services.unit.id) if leader != staff_id]
    code = who.code if who else "?"
    outbox.plan(tx, services.unit.id, notices.opted_out(code, leaders, now), now)
    _note(tx, services, staff_id, Happening.STAFF_OPTED_OUT, now)


def _note(tx: Transaction, services: Services, staff_id: str, name: Happening, now: datetime) -> None:
    who = dispatches.member(tx, staff_id)
    entry = events.Entry(f"staff:{staff_id}", name, who.code if who else "?", {})
    events.append(tx, [entry], services.unit.id, now)


def keep_unprocessed(services: Services, key: EventKey, form: Mapping[str, Any], now: datetime) -> None:
    """Keeps a raw event that we failed to work on; the ticker tries it again and at last opens a report for it."""

    def work(tx: Transaction) -> None:
        if not reports.is_known_event(tx, key):
            reports.keep_for_later(tx, services.unit.id, key, form, now)

    services.database.run(work)


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
    if raw.attempts < _TRIES:
        message = parse_message(raw.form, services.settings.twilio_account_sid)
        _receive(tx, services, message, now)
        return
    sender = (raw.form.get("From") or [raw.sid])[0]
    address = Address(Channel.WHATSAPP if sender.startswith("whatsapp:") else Channel.SMS, sender, None)
    known = recognise(tx, services, address, now)
    arrival = Arrival(raw.kind, raw.sid, raw.step, address, Said(""), raw.form, unreadable=True)
    intake.take_in(tx, services, arrival, known, now)
