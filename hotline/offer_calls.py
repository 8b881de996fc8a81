"""The call that offers a report to a companion: code and level, then 1 takes it, 2 declines, 3 repeats."""

from datetime import datetime

from hotline import acceptance
from hotline.acceptance import Verdict, Word
from hotline.services import Services
from hotline.store import calls
from hotline.store.calls import CalledAbout
from hotline.store.session import Transaction
from triage.answers import Answer, read_key
from triage.callflow import AskKey, HangUp, Say, Script
from triage.events import CallEvent
from triage.states import DispatchState

_MOST_QUESTIONS = 4
# Not an offer: the report that she holds became more urgent. Nothing is asked.
RAISED = "call.raised"


def offer(tx: Transaction, services: Services, event: CallEvent) -> Script:
    """What she hears when she picks up; an answered call is not an acceptance."""
    about = calls.about_notice(tx, event.token)
    if about and about.template == RAISED:
        return _spoken(RAISED, services, about), HangUp()
    if about is None or DispatchState(about.state).is_held or about.state == DispatchState.CLOSED:
        return _gone(about)
    return (_question(services, event.token, about, 1),)


def called_back(tx: Transaction, services: Services, staff_id: str) -> Script | None:
    """What a companion hears who calls the hotline while an offer to her is open; None if there is none."""
    token = calls.notice_of_open_offer(tx, staff_id)
    about = calls.about_notice(tx, token) if token else None
    return (_question(services, token, about, 1),) if token and about else None


def offer_key(tx: Transaction, services: Services, event: CallEvent, now: datetime) -> Script:
    """The result is spoken after it is committed: this answer leaves only when the transaction has."""
    about = calls.about_notice(tx, event.token)
    if about is None:
        return _gone(None)
    match read_key(event.keys):
        case Answer.ACCEPT:
            outcome = acceptance.accept(tx, services, Word(about.staff_id, about.dispatch_id), now)
            taken = outcome.verdict in (Verdict.YOURS, Verdict.ALREADY_YOURS)
            return (_coded("call.offer_accepted", about), HangUp()) if taken else _gone(about)
        case Answer.DECLINE:
            acceptance.decline(tx, services, Word(about.staff_id, about.dispatch_id), now)
            return _coded("call.offer_declined", about), HangUp()
    if event.number >= _MOST_QUESTIONS or (not event.keys and event.number > 1):
        return Say("call.no_key"), HangUp()
    unclear = () if (event.keys or "3") == "3" else (Say("call.unclear_key"),)
    return (_question(services, event.token, about, event.number + 1, unclear),)


def _question(services: Services, token: str, about: CalledAbout, number: int, before: tuple[Say, ...] = ()) -> AskKey:
    return AskKey((*before, _spoken("call.offer", services, about)), f"/twilio/call/offer-key?t={token}&n={number}")


def _gone(about: CalledAbout | None) -> Script:
    return Say("call.offer_gone", (("code", spelled(about.code) if about else "–"),)), HangUp()


def _spoken(key: str, services: Services, about: CalledAbout) -> Say:
    level = services.catalogue.text(f"level.{about.level}")
    return Say(key, (("level", level), ("code", spelled(about.code))))


def _coded(key: str, about: CalledAbout) -> Say:
    return Say(key, (("code", spelled(about.code)),))


def spelled(code: str) -> str:
    """A code as it is read aloud, sign by sign."""
    return ", ".join(code)
