"""Reception: is it a staff member's answer or a caller? Each message takes one of two roads, in one transaction."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotline import acceptance, intake, notices
from hotline.acceptance import Outcome, Verdict, Word
from hotline.errors import Conflict, StaleConnection, StoreAway
from hotline.gateway.addresses import is_withheld
from hotline.intake import Arrival, Taken
from hotline.services import Services
from hotline.store import dispatches, events, offers, outbox, recognition, reports, setup
from hotline.store.recognition import Address, Known
from hotline.store.reports import WITHHELD, Said
from hotline.store.session import Transaction
from triage.answers import Answer, StaffAnswer, read_answer
from triage.events import CallEvent, CallStep, Channel, EventKey, EventKind, InboundMessage
from triage.protocol import Level
from triage.states import Happening, OfferState
from triage.urgency import Conversation, score_safely

_log = logging.getLogger(__name__)
# A staff phone that answers automatically must not start a conversation with us (dispatch.md 5.6).
_UNCLEAR_AN_HOUR = 3
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
    services.doorbell.ring()
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
        _hear_staff(tx, services, message, known.staff_id, now)
        return
    said = reports.said_of(message)
    intake.take_in(tx, services, Arrival(EventKind.MESSAGE, message.sid, "", address, said, message.form), known, now)


def _tells_of_danger(services: Services, message: InboundMessage, known: Known) -> bool:
    """Whether a staff member writes of a danger, her own or of somebody whose words she passes on."""
    if _answer_of(message).answer is not Answer.UNCLEAR or len(message.text.split()) < _SENTENCE:
        return False
    if known.open_report is not None:
        return True
    found = score_safely(Conversation((message.text,), message.channel), services.protocol)
    return found.complaint and found.level.rank >= Level.HIGH.rank


def _answer_of(message: InboundMessage) -> StaffAnswer:
    """What a button stands for; where it stands for nothing, what was written."""
    pressed = read_answer(message.button or "")
    return read_answer(message.text) if pressed.answer is Answer.UNCLEAR else pressed


def receive_call(tx: Transaction, services: Services, event: CallEvent, known: Known, now: datetime) -> Taken:
    """A call that comes in: nobody has spoken yet, and the report is already open."""
    arrival = Arrival(EventKind.CALL, event.sid, CallStep.INCOMING, call_address(event), Said(""), event.form)
    taken = intake.take_in(tx, services, arrival, known, now)
    entry = events.Entry(taken.ref, Happening.CALL_STARTED, "caller", {"withheld": event.withheld})
    events.append(tx, [entry], services.unit.id, now)
    return taken


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


def _hear_staff(tx: Transaction, services: Services, message: InboundMessage, staff_id: str, now: datetime) -> None:
    reports.keep_event(tx, services.unit.id, message.key, message.form, now)
    template, params = _respond(tx, services, staff_id, _answer_of(message), now)
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
            alarmed = _alarm_unreachable(tx, services, staff_id, now)
            return ("answer.stop" if alarmed else "answer.stop_alone"), {}
        case Answer.START:
            return "answer.start", {}
        case _:
            _note(tx, services, staff_id, Happening.STAFF_UNCLEAR, now)
            return "answer.unclear", {}


def _decide(
    tx: Transaction, services: Services, staff_id: str, answer: StaffAnswer, now: datetime
) -> tuple[str, dict[str, str]]:
    """A yes without a code takes the one open offer; when none is open, the one late offer that nobody holds."""
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
    """Hour and minute on the unit's clocks, as Indonesian writes it; with the date when it is not today's."""
    local, today = (one.astimezone(services.unit.zone) for one in (moment, services.now()))
    return local.strftime("%H.%M" if local.date() == today.date() else "%H.%M (%d/%m)")


def _is_loop(tx: Transaction, services: Services, staff_id: str, now: datetime) -> bool:
    return outbox.replies_since(tx, staff_id, "answer.unclear", now) >= _UNCLEAR_AN_HOUR


def _alarm_unreachable(tx: Transaction, services: Services, staff_id: str, now: datetime) -> bool:
    """The carrier now blocks our messages to her: she stays on duty but cannot be written to, so the head is told.

    False if there is nobody to tell.
    """
    who = dispatches.member(tx, staff_id)
    leaders = [leader for leader in dispatches.leaders(tx, services.unit.id) if leader != staff_id]
    code = who.code if who else "?"
    outbox.plan(tx, services.unit.id, notices.opted_out(code, leaders, now), now)
    _note(tx, services, staff_id, Happening.STAFF_OPTED_OUT, now)
    return bool(leaders)


def _note(tx: Transaction, services: Services, staff_id: str, name: Happening, now: datetime) -> None:
    who = dispatches.member(tx, staff_id)
    entry = events.Entry(f"staff:{staff_id}", name, who.code if who else "?", {})
    events.append(tx, [entry], services.unit.id, now)


def keep_unprocessed(services: Services, key: EventKey, form: Mapping[str, Any], now: datetime) -> None:
    """Keeps a raw event that we failed to work on; the ticker tries it again and at last opens a report for it."""

    def work(tx: Transaction) -> None:
        if not reports.is_known_event(tx, key):
            setup.ensure_unit(tx, services.unit.id, services.unit.code, now)
            reports.keep_for_later(tx, services.unit.id, key, form, now)

    services.database.run(work)
