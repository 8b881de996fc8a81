"""The waiting caller's line: one staff phone after another, a key that takes the report, and a tone at the end."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from hotline import acceptance, dispatch, first_contact
from hotline.acceptance import Verdict, Word
from hotline.services import Services
from hotline.store import calls, crew, dispatches, events, offers, reports
from hotline.store.batch import insert_all
from hotline.store.calls import Leg
from hotline.store.dispatches import Standing
from hotline.store.offers import Offered
from hotline.store.reports import Said
from hotline.store.session import Transaction
from triage.answers import Answer, read_key
from triage.callflow import AskKey, GoTo, HangUp, Record, Ring, Say, Script
from triage.events import CallEvent, Media
from triage.states import DueKind, Happening

# Nobody waits longer than this for a voice before the tone; the report is being rung on all the while.
TONE_WITHIN = timedelta(seconds=60)
_MOST_LEGS = 8
_MOST_QUESTIONS = 3
_REACHED = frozenset({"completed", "answered"})
# The state of the caller's own call once she is gone.
_OVER = frozenset({"completed", "canceled", "busy", "failed", "no-answer"})


def ring_path(dispatch_id: str, number: int) -> str:
    """Where the carrier asks whom to ring as the `number`-th."""
    return f"/twilio/call/ring?t={dispatch_id}&n={number}"


def ring(tx: Transaction, services: Services, event: CallEvent, now: datetime) -> Script:
    """Ends the leg before, and rings the next person; when nobody is left or time is over, the tone."""
    standing = dispatches.lock(tx, event.token)
    if standing is None:
        return Say("call.goodbye"), HangUp()
    before = calls.leg_of_call(tx, event.sid, event.number - 1)
    if before and _spoke(tx, services, (standing, before), event, now):
        return Say("call.goodbye"), HangUp()
    if _has_hung_up(event):
        # Nobody waits on the line, so the ladder keeps its pace: whoever was rung for a second keeps her offer.
        return Say("call.goodbye"), HangUp()
    chosen = None if _waited_enough(tx, event, now) else _next_offer(tx, services, event, now)
    phone = calls.voice_phone(tx, chosen.staff_id) if chosen else None
    if chosen is None:
        return (GoTo(f"/twilio/call/voicemail?t={event.token}&n=0"),)
    leg_id = calls.new_leg(tx, (event.sid, event.number), chosen.id, standing.report_id, now)
    if phone is None:
        return (GoTo(ring_path(event.token, event.number + 1)),)
    who = crew.member(tx, chosen.staff_id)
    _tell(tx, services, standing, Happening.CALL_RINGING, {"to": who.code if who else "?", "leg": event.number})
    words = (Say("call.waiting"),) if event.number > 1 else ()
    return *words, Ring(phone, f"/twilio/call/whisper?t={leg_id}&n=0", ring_path(event.token, event.number + 1))


def _spoke(tx: Transaction, services: Services, over: tuple[Standing, Leg], event: CallEvent, now: datetime) -> bool:
    """Whether the leg before was a conversation; a leg that nobody took is noted as unanswered."""
    standing, before = over
    outcome = event.outcome or "unknown"
    calls.end_leg(tx, before.id, outcome, now)
    if before.accepted_at and _were_joined(event):
        _tell(tx, services, standing, Happening.CALL_BRIDGED, {"outcome": outcome})
        return True
    if before.accepted_at:
        if standing.first_contact_at == before.accepted_at:  # an earlier talk stays the first contact
            first_contact.unmake_contact(tx, services, standing, now)
        return False
    who = crew.member(tx, before.staff_id)
    detail = {"to": who.code if who else "?", "outcome": outcome}
    _tell(tx, services, standing, Happening.CALL_UNANSWERED, detail)
    return False


def _were_joined(event: CallEvent) -> bool:
    """The carrier calls a leg `completed` that was picked up and never joined; where it says which, that counts."""
    return event.bridged if "DialBridged" in event.form else event.outcome in _REACHED


def _has_hung_up(event: CallEvent) -> bool:
    return (event.form.get("CallStatus") or [""])[0] in _OVER


def _waited_enough(tx: Transaction, event: CallEvent, now: datetime) -> bool:
    found = calls.report_of_call(tx, event.sid)
    return event.number > _MOST_LEGS or (found is not None and now - found.started_at >= TONE_WITHIN)


def _next_offer(tx: Transaction, services: Services, event: CallEvent, now: datetime) -> Offered | None:
    """Whoever holds the report, else the next it is offered to; if all were rung, the ladder climbs up to its end."""
    found = _unrung(tx, event)
    if found is None:
        dispatch.climb_now(tx, services, event.token, now)
        found = _unrung(tx, event)
    return found


def _unrung(tx: Transaction, event: CallEvent) -> Offered | None:
    rung = calls.rung_people(tx, event.sid)
    holding = offers.accepted_of(tx, event.token)
    waiting = offers.pending(tx, [event.token]).get(event.token, [])
    return next((offer for offer in [*holding, *waiting] if offer.staff_id not in rung), None)


def whisper(event: CallEvent) -> Script:
    """What a companion hears when she picks up: no name, no word of the caller, and the question for a key."""
    return (_question(event.token, 1),)


def _question(leg_id: str, number: int, before: tuple[Say, ...] = ()) -> AskKey:
    return AskKey((*before, Say("call.whisper")), f"/twilio/call/whisper-key?t={leg_id}&n={number}")


def whisper_key(tx: Transaction, services: Services, event: CallEvent, now: datetime) -> Script:
    """Only a pressed 1 takes the call: a voicemail that answers presses nothing."""
    leg = calls.leg(tx, event.token)
    if leg is None:
        return Say("call.whisper_gone"), HangUp()
    match read_key(event.keys):
        case Answer.ACCEPT:
            return _taken(tx, services, leg, now)
        case Answer.DECLINE:
            acceptance.decline(tx, services, Word(leg.staff_id, leg.dispatch_id), now)
            return Say("call.whisper_declined"), HangUp()
    if event.number >= _MOST_QUESTIONS or (not event.keys and event.number > 1):
        return Say("call.no_key"), HangUp()
    unclear = () if (event.keys or "3") == "3" else (Say("call.unclear_key"),)
    return (_question(event.token, event.number + 1, unclear),)


def _taken(tx: Transaction, services: Services, leg: Leg, now: datetime) -> Script:
    if leg.ended_at:  # the caller is gone: a key for a dead line must not make her a holder who does not know it
        return Say("call.whisper_gone"), HangUp()
    outcome = acceptance.accept(tx, services, Word(leg.staff_id, leg.dispatch_id), now)
    if outcome.verdict not in (Verdict.YOURS, Verdict.ALREADY_YOURS):
        return Say("call.whisper_gone"), HangUp()
    calls.accept_leg(tx, leg.id, now)
    standing = dispatches.lock(tx, leg.dispatch_id)
    if standing:
        # The lines are joined when this ends, so the caller hears a human now; a cut line is taken back in `ring`.
        first_contact.record_contact(tx, services, standing, leg.staff_id, now)
    return (Say("call.whisper_accepted"),)


def voicemail(tx: Transaction, services: Services, event: CallEvent, now: datetime) -> Script:
    """Nobody could answer in time: true words, the police number, and a tone. The ringing goes on."""
    standing = dispatches.lock(tx, event.token)
    if standing:
        _tell(tx, services, standing, Happening.CALL_VOICEMAIL, {})
    words = "call.voicemail_hidden" if event.withheld else "call.voicemail"
    return Say(words), Record(f"/twilio/call/recorded?t={event.token}&n=0", "/twilio/call/recording")


def recorded(tx: Transaction, services: Services, event: CallEvent, now: datetime) -> Script:
    """A recording is a message that nobody has heard: the report keeps at least `high`."""
    standing = dispatches.lock(tx, event.token)
    if standing and event.recording_sid:
        event_id = reports.event_id(tx, event.key)
        said = Said("", (Media(event.recording_sid, "audio/mpeg"),))
        insert_all(tx, reports.message_rows(tx, standing.report_id, event_id, said, now))
        if standing.due_kind is DueKind.BOOKED:  # words that nobody has heard do not wait for a booked hour
            dispatches.look_again(tx, standing.id, now)
        _tell(tx, services, standing, Happening.CALL_RECORDED, {"keys": bool(event.keys)})
    return Say("call.recorded"), HangUp()


def _tell(
    tx: Transaction, services: Services, standing: Standing, name: Happening, detail: Mapping[str, object]
) -> None:
    events.append(tx, [events.Entry(standing.ref, name, "carrier", detail)], services.unit.id, services.now())
