"""Taking a report: exactly one person gets it, and nothing is said before it is committed."""

from datetime import datetime

from hotline import conflicts, notices
from hotline.dispatch import ladder_of
from hotline.outcomes import Outcome, Verdict, Word
from hotline.services import Services
from hotline.store import crew, dispatches, events, exclusions, offers, outbox, wishes
from hotline.store.crew import Member
from hotline.store.dispatches import Standing
from hotline.store.ids import new_id
from hotline.store.offers import Offered
from hotline.store.session import Transaction
from triage.choosing import Wish
from triage.clocks import after_acceptance, contact_by
from triage.ladder import Steps
from triage.states import DispatchState, DueKind, Happening, OfferState

__all__ = ["Outcome", "Verdict", "Word"]

ACQUAINTED = "acquainted"


def accept(tx: Transaction, services: Services, word: Word, now: datetime) -> Outcome:
    """T4 to T6, T10: exactly one person gets it; everybody else hears whose it is. Nothing is said before the commit.

    Whoever does not work here any more gets nothing, even by the key of a call that still rings; nor does whoever has
    a conflict of interest, or whom the caller does not want.
    """
    standing = dispatches.lock(tx, word.dispatch_id)
    who = crew.member(tx, word.staff_id)
    if standing is None or who is None or not who.active or exclusions.is_excluded(tx, standing.report_id, who.id):
        return Outcome(Verdict.NOT_OFFERED)
    if standing.state is DispatchState.CLOSED:
        return Outcome(Verdict.CLOSED, standing.code)
    mine = offers.latest_to(tx, standing.id, who.id)
    if standing.state.is_held and not (mine and mine.is_open_request):
        return _held(tx, services, standing, who, now)
    if not _is_wished(tx, standing, who):
        return Outcome(Verdict.WISHED_OTHERWISE, standing.code)
    steps = ladder_of(tx, services, standing.ladder_id).steps(standing.level, standing.part)
    offer_id = _take(tx, standing, (who, mine), steps, now)
    return Outcome(Verdict.YOURS, standing.code, contact_by=contact_by(steps, now), offer_id=offer_id)


def _is_wished(tx: Transaction, standing: Standing, who: Member) -> bool:
    wished = wishes.of_reports(tx, [standing.report_id]).get(standing.report_id, Wish())
    return not wished.only or who.gender in (None, wished.gender)


def _held(tx: Transaction, services: Services, standing: Standing, who: Member, now: datetime) -> Outcome:
    if standing.holder_id == who.id:
        if standing.state is DispatchState.IN_CONTACT and standing.due_kind is not DueKind.FOLLOW_UP:
            _heed(tx, services, standing, who, now)
        return Outcome(Verdict.ALREADY_YOURS, standing.code, since=standing.held_at)
    holder = crew.member(tx, standing.holder_id or "")
    return Outcome(Verdict.TAKEN, standing.code, holder.initials if holder else "–", standing.held_at)


def _heed(tx: Transaction, services: Services, standing: Standing, who: Member, now: datetime) -> None:
    """The caller wrote again, and the holder says that she has heard: her yes stands."""
    steps = ladder_of(tx, services, standing.ladder_id).steps(standing.level, standing.part)
    values = {"next_due_at": now + steps.follow_up_within, "due_kind": DueKind.FOLLOW_UP}
    dispatches.change(tx, standing, values)
    entry = events.Entry(standing.ref, Happening.OFFER_ACCEPTED, who.code, {"again": True})
    events.append(tx, [entry], services.unit.id, now)


def _take(tx: Transaction, standing: Standing, by: tuple[Member, Offered | None], steps: Steps, now: datetime) -> str:
    who, mine = by
    due, kind = after_acceptance(steps, now)
    values = {"state": DispatchState.ACCEPTED, "holder_id": who.id, "responsible_id": who.id, "held_at": now}
    if standing.state is DispatchState.IN_CONTACT:
        # Handed over in the middle of the work: the caller has been reached, and the follow-up stays where it was.
        values |= {"state": DispatchState.IN_CONTACT}
        due, kind = standing.next_due_at or due, standing.due_kind
    if standing.accepted_at is None:
        # The first yes is the fact that the indicators measure; who held it later stands in the event log.
        values |= {"accepted_at": now, "accepted_s": max(0, int((now - standing.opened_at).total_seconds()))}
    if standing.holder_id:
        offers.lapse_accepted(tx, standing.id, now, "handed over")
    offer_id = _accept_offer(tx, standing, who.id, mine, now)
    dispatches.change(tx, standing, values | {"next_due_at": due, "due_kind": kind})
    _stand_others_down(tx, standing, who.initials, now)
    late = mine is not None and mine.state is not OfferState.PENDING
    _tell(tx, standing, who, {"rung": standing.rung, "late": late}, now)
    return offer_id


def _tell(tx: Transaction, standing: Standing, who: Member, detail: dict[str, object], now: datetime) -> None:
    name = Happening.OFFER_ACCEPTED
    if standing.holder_id:
        giver = crew.member(tx, standing.holder_id)
        name, detail = Happening.HANDED_OVER, {"from": giver.code if giver else "?"}
        told = notices.passed_on("handover.taken", standing, standing.holder_id, who.initials)
        outbox.plan(tx, standing.unit_id, [told], now)
    events.append(tx, [events.Entry(standing.ref, name, who.code, detail)], standing.unit_id, now)


def _accept_offer(tx: Transaction, standing: Standing, staff_id: str, mine: Offered | None, now: datetime) -> str:
    """Marks her offer, late or not (T5), or makes one if she took it unasked, or once more; returns its id."""
    if mine is None or mine.accepted_at is not None:
        why = "took it again" if mine else "took it unasked"
        what = {"rung": standing.rung, "state": OfferState.ACCEPTED, "expires_at": now, "why": why}
        row = offers.new_row(standing, new_id(now), staff_id, now)
        offers.insert_many(tx, [row | what | {"closed_at": now, "accepted_at": now}])
        return str(row["id"])
    offers.mark_accepted(tx, mine.id, now)
    outbox.cancel_for_offers(tx, [mine.id])
    return mine.id


def _stand_others_down(tx: Transaction, standing: Standing, initials: str, now: datetime) -> None:
    """Whoever was offered it too is told by whom it was taken, if she can have heard; phones stop ringing."""
    others = offers.pending(tx, [standing.id]).get(standing.id, [])
    ids = [offer.id for offer in others]
    offers.end(tx, ids, OfferState.RESCINDED, now, "taken")
    outbox.cancel_for_offers(tx, ids)
    heard = outbox.offers_heard_of(tx, ids)
    told = [offer.staff_id for offer in others if offer.id in heard]
    ringing = outbox.ringing_calls(tx, ids)
    hushed = [notices.end_call(standing, *call) for call in ringing]
    outbox.plan(tx, standing.unit_id, [*notices.stand_down(standing, told, initials), *hushed], now)


def decline(tx: Transaction, services: Services, word: Word, now: datetime) -> Outcome:
    """T2: she cannot; when nobody else of her rung is left, the next rung is rung at once.

    Of a report that somebody holds she may turn down that it is handed to her: then the giver keeps it.
    """
    standing = dispatches.lock(tx, word.dispatch_id)
    mine = offers.latest_to(tx, word.dispatch_id, word.staff_id)
    who = crew.member(tx, word.staff_id)
    if standing is None or mine is None or who is None:
        return Outcome(Verdict.NOT_OFFERED)
    if standing.state is DispatchState.CLOSED:
        return Outcome(Verdict.CLOSED, standing.code)
    if standing.state.is_held and not mine.is_open_request:
        return _held(tx, services, standing, who, now)
    reason = word.reason[:32]
    offers.end(tx, [mine.id], OfferState.DECLINED, now, reason)
    outbox.cancel_for_offers(tx, [mine.id])
    if standing.state.is_seeking and not offers.pending(tx, [standing.id]):
        dispatches.look_again(tx, standing.id, now)
    if mine.is_open_request and mine.asked_by_id:
        told = notices.passed_on("handover.declined", standing, mine.asked_by_id, who.initials)
        outbox.plan(tx, standing.unit_id, [told], now)
    entry = events.Entry(standing.ref, Happening.OFFER_DECLINED, who.code, {"reason": reason})
    events.append(tx, [entry], services.unit.id, now)
    if reason == ACQUAINTED:
        conflicts.shut_out(tx, services, standing.report_id, conflicts.Conflict.said_by_herself(who), now)
    return Outcome(Verdict.DECLINED, standing.code)
