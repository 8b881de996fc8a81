"""Taking a report: exactly one person gets it, and nothing is said before it is committed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotline import notices
from hotline.dispatch import ladder_of
from hotline.services import Services
from hotline.store import dispatches, events, offers, outbox
from hotline.store.dispatches import Standing
from hotline.store.ids import new_id
from hotline.store.session import Transaction
from triage.clocks import after_acceptance, contact_by
from triage.ladder import Steps
from triage.states import DispatchState, DueKind, Happening, OfferState


class Verdict(StrEnum):
    """What became of a person's word; the catalogue has a sentence for each."""

    YOURS = "yours"
    ALREADY_YOURS = "already_yours"
    TAKEN = "taken"
    DECLINED = "declined"
    NOT_OFFERED = "not_offered"
    NOT_YOURS = "not_yours"
    CLOSED = "closed"
    RECORDED = "recorded"


@dataclass(frozen=True)
class Outcome:
    """What was committed, and what the person is told about it."""

    verdict: Verdict
    code: str = ""
    by_initials: str | None = None
    since: datetime | None = None
    contact_by: datetime | None = None


@dataclass(frozen=True)
class Word:
    """What one person says about one report; the reason goes with a no."""

    staff_id: str
    dispatch_id: str
    reason: str = ""


def accept(tx: Transaction, services: Services, word: Word, now: datetime) -> Outcome:
    """T4 to T6: exactly one person gets it; everybody else hears whose it is. Nothing is said before the commit.

    Whoever does not work here any more gets nothing, even by the key of a call that still rings.
    """
    standing = dispatches.lock(tx, word.dispatch_id)
    who = dispatches.member(tx, word.staff_id)
    if standing is None or who is None or not who.active:
        return Outcome(Verdict.NOT_OFFERED)
    if standing.state is DispatchState.CLOSED:
        return Outcome(Verdict.CLOSED, standing.code)
    if standing.state.is_held:
        return _held(tx, standing, word.staff_id)
    steps = ladder_of(tx, services, standing.ladder_id).levels[standing.level]
    _take(tx, standing, word.staff_id, steps, now)
    return Outcome(Verdict.YOURS, standing.code, contact_by=contact_by(steps, now))


def _held(tx: Transaction, standing: Standing, staff_id: str) -> Outcome:
    if standing.holder_id == staff_id:
        return Outcome(Verdict.ALREADY_YOURS, standing.code, since=standing.held_at)
    holder = dispatches.member(tx, standing.holder_id or "")
    return Outcome(Verdict.TAKEN, standing.code, holder.initials if holder else "–", standing.held_at)


def _take(tx: Transaction, standing: Standing, staff_id: str, steps: Steps, now: datetime) -> None:
    due, kind = after_acceptance(steps, now)
    late = _accept_offer(tx, standing, staff_id, now)
    values = {"state": DispatchState.ACCEPTED, "holder_id": staff_id, "responsible_id": staff_id, "held_at": now}
    if standing.accepted_at is None:
        # The first yes is the fact that the indicators measure; who held it later stands in the event log.
        values |= {"accepted_at": now, "accepted_s": max(0, int((now - standing.opened_at).total_seconds()))}
    dispatches.change(tx, standing, values | {"next_due_at": due, "due_kind": kind})
    who = dispatches.member(tx, staff_id)
    _stand_others_down(tx, standing, who.initials if who else "–", now)
    detail = {"rung": standing.rung, "late": late}
    entry = events.Entry(standing.ref, Happening.OFFER_ACCEPTED, who.code if who else "?", detail)
    events.append(tx, [entry], standing.unit_id, now)


def _accept_offer(tx: Transaction, standing: Standing, staff_id: str, now: datetime) -> bool:
    """Marks her offer, or makes one if she took it unasked; True if her offer was over already (T5)."""
    mine = offers.latest_to(tx, standing.id, staff_id)
    if mine is None:
        what = {"rung": standing.rung, "state": OfferState.ACCEPTED, "expires_at": now, "why": "took it unasked"}
        row = offers.new_row(standing, new_id(now), staff_id, now)
        offers.insert_many(tx, [row | what | {"closed_at": now}])
        return False
    offers.mark_accepted(tx, mine.id, now)
    outbox.cancel_for_offers(tx, [mine.id])
    return mine.state is not OfferState.PENDING


def _stand_others_down(tx: Transaction, standing: Standing, initials: str, now: datetime) -> None:
    """Whoever was offered it too is told by whom it was taken, if she can have heard of it at all."""
    others = offers.pending(tx, [standing.id]).get(standing.id, [])
    ids = [offer.id for offer in others]
    offers.end(tx, ids, OfferState.RESCINDED, now, "taken")
    outbox.cancel_for_offers(tx, ids)
    heard = outbox.offers_heard_of(tx, ids)
    told = [offer.staff_id for offer in others if offer.id in heard]
    outbox.plan(tx, standing.unit_id, notices.stand_down(standing, told, initials), now)


def decline(tx: Transaction, services: Services, word: Word, now: datetime) -> Outcome:
    """T2: she cannot; when nobody else of her rung is left, the next rung is rung at once."""
    standing = dispatches.lock(tx, word.dispatch_id)
    mine = offers.latest_to(tx, word.dispatch_id, word.staff_id)
    if standing is None or mine is None:
        return Outcome(Verdict.NOT_OFFERED)
    if standing.state is DispatchState.CLOSED:
        return Outcome(Verdict.CLOSED, standing.code)
    if standing.state.is_held:
        return _held(tx, standing, word.staff_id)
    reason = word.reason[:32]
    offers.end(tx, [mine.id], OfferState.DECLINED, now, reason)
    outbox.cancel_for_offers(tx, [mine.id])
    if standing.state.is_seeking and not offers.pending(tx, [standing.id]):
        dispatches.look_again(tx, standing.id, now)
    who = dispatches.member(tx, word.staff_id)
    entry = events.Entry(standing.ref, Happening.OFFER_DECLINED, who.code if who else "?", {"reason": reason})
    events.append(tx, [entry], services.unit.id, now)
    return Outcome(Verdict.DECLINED, standing.code)


def record_contact(tx: Transaction, services: Services, standing: Standing, staff_id: str, now: datetime) -> Outcome:
    """T7: a person has reached the caller. Only the first time is the fact that is measured."""
    if standing.state is DispatchState.CLOSED:
        return Outcome(Verdict.CLOSED, standing.code)
    if standing.holder_id != staff_id:
        return Outcome(Verdict.NOT_YOURS, standing.code)
    follow_up = ladder_of(tx, services, standing.ladder_id).levels[standing.level].follow_up_within
    values = {"state": DispatchState.IN_CONTACT, "next_due_at": now + follow_up, "due_kind": DueKind.FOLLOW_UP}
    if standing.first_contact_at is None:
        values |= {"first_contact_at": now, "contact_s": max(0, int((now - standing.opened_at).total_seconds()))}
    dispatches.change(tx, standing, values)
    who = dispatches.member(tx, staff_id)
    entry = events.Entry(standing.ref, Happening.FIRST_CONTACT, who.code if who else "?", {})
    events.append(tx, [entry], services.unit.id, now)
    return Outcome(Verdict.RECORDED, standing.code)


def unmake_contact(tx: Transaction, services: Services, standing: Standing, now: datetime) -> None:
    """The line was cut before the two could speak: the holder still has to reach the caller."""
    if standing.state is not DispatchState.IN_CONTACT:
        return
    steps = ladder_of(tx, services, standing.ladder_id).levels[standing.level]
    due, kind = after_acceptance(steps, now)
    values = {"state": DispatchState.ACCEPTED, "next_due_at": due, "due_kind": kind}
    dispatches.change(tx, standing, values | {"first_contact_at": None, "contact_s": None})
    events.append(tx, [events.Entry(standing.ref, Happening.CALL_UNANSWERED, "system", {})], services.unit.id, now)
