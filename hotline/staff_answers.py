"""What a staff member answers by message: read, done, committed, and then said to her."""

from datetime import datetime

from hotline import acceptance, first_contact, notices, surge, transfers
from hotline.outcomes import Outcome, Verdict, Word
from hotline.services import Services
from hotline.store import crew, dispatches, events, offers, outbox, reports
from hotline.store.session import Transaction
from triage.answers import Answer, StaffAnswer, read_answer
from triage.events import InboundMessage
from triage.states import Happening, OfferState

# A staff phone that answers automatically must not start a conversation with us (dispatch.md 5.6).
_UNCLEAR_AN_HOUR = 3


def answer_of(message: InboundMessage) -> StaffAnswer:
    """What a button stands for; where it stands for nothing, what was written."""
    pressed = read_answer(message.button or "")
    return read_answer(message.text) if pressed.answer is Answer.UNCLEAR else pressed


def hear(tx: Transaction, services: Services, message: InboundMessage, staff_id: str, now: datetime) -> None:
    """A staff member's message: what it means is done and committed, and then said to her."""
    reports.keep_event(tx, services.unit.id, message.key, message.form, now)
    template, params = _respond(tx, services, staff_id, answer_of(message), now)
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
        case Answer.REACHED | Answer.RELEASE:
            return _about_hers(tx, services, staff_id, answer, now)
        case Answer.PRESENT:
            return surge.come_in(tx, services, staff_id, now), {}
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


def _about_hers(
    tx: Transaction, services: Services, staff_id: str, answer: StaffAnswer, now: datetime
) -> tuple[str, dict[str, str]]:
    """About a report that she holds: which one must be beyond doubt."""
    hers = dispatches.held_by(tx, staff_id)
    found = [one for one in hers if answer.code in (None, one.code)]
    if not found:
        return ("answer.not_yours", {"code": answer.code}) if answer.code else ("answer.none_held", {})
    if len(found) > 1:
        return "answer.which_held", {"codes": ", ".join(one.code for one in found)}
    standing = dispatches.lock(tx, found[0].id)
    if standing is None:
        return "answer.none_held", {}
    if answer.answer is Answer.REACHED:
        return words_for(services, first_contact.record_contact(tx, services, standing, staff_id, now))
    return words_for(services, transfers.release(tx, services, standing, (staff_id, "by message"), now))


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
    who = crew.member(tx, staff_id)
    leaders = [leader for leader in crew.leaders(tx, services.unit.id) if leader != staff_id]
    code = who.code if who else "?"
    outbox.plan(tx, services.unit.id, notices.opted_out(code, leaders, now), now)
    _note(tx, services, staff_id, Happening.STAFF_OPTED_OUT, now)
    return bool(leaders)


def _note(tx: Transaction, services: Services, staff_id: str, name: Happening, now: datetime) -> None:
    who = crew.member(tx, staff_id)
    entry = events.Entry(f"staff:{staff_id}", name, who.code if who else "?", {})
    events.append(tx, [entry], services.unit.id, now)
