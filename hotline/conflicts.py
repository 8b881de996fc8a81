"""Conflicts of interest: whoever has one is never offered the report, nor shown it. Nothing may override that."""

from dataclasses import dataclass
from datetime import datetime

from hotline.errors import NotFound
from hotline.outcomes import Outcome, Verdict
from hotline.services import Services
from hotline.store import crew, dispatches, events, exclusions, offers, outbox, staff
from hotline.store.crew import Member
from hotline.store.dispatches import Standing
from hotline.store.session import Transaction
from triage.states import ConflictReason, DispatchState, DueKind, Happening, OfferState, Role

_LEADERS = frozenset({Role.HEAD, Role.SUPERVISOR})


@dataclass(frozen=True)
class Conflict:
    """Who, why, and the code of whoever said so."""

    staff_id: str
    reason: ConflictReason
    by_code: str

    @staticmethod
    def said_by_herself(who: Member) -> "Conflict":
        """She knows the people concerned, and says so when she turns the report down."""
        return Conflict(who.id, ConflictReason.ACQUAINTED, who.code)


def exclude(services: Services, by_id: str, ref: str, code: str, reason: ConflictReason) -> Outcome:
    """A leader names a person who is party to a report, or too close to it.

    Raises NotFound for a report or a person that is not this unit's, or a report that is hidden from the leader.
    """
    now = services.now()

    def work(tx: Transaction) -> Outcome:
        standing = dispatches.lock_by_ref(tx, services.unit.id, ref)
        by, named = crew.member(tx, by_id), staff.active_by_code(tx, services.unit.id, code.strip().upper())
        if standing is None or named is None or exclusions.is_excluded(tx, standing.report_id, by_id):
            raise NotFound("no such report or person")
        if by is None or by.role not in _LEADERS:
            return Outcome(Verdict.NOT_YOURS, standing.code)
        shut_out(tx, services, standing.report_id, Conflict(named, reason, by.code), now)
        return Outcome(Verdict.RECORDED, standing.code)

    outcome = services.database.run(work)
    services.doorbell.ring()
    return outcome


def shut_out(tx: Transaction, services: Services, report_id: str, conflict: Conflict, now: datetime) -> None:
    """Writes the conflict and takes everything of the report out of her hands; it is offered on at once."""
    why = conflict.reason, conflict.by_code
    if not exclusions.add(tx, report_id, conflict.staff_id, why, now):
        return
    for dispatch_id in exclusions.open_dispatches(tx, report_id):
        standing = dispatches.lock(tx, dispatch_id)
        if standing is not None:
            _take_away(tx, services, standing, conflict, now)


def _take_away(tx: Transaction, services: Services, standing: Standing, conflict: Conflict, now: datetime) -> None:
    pending = offers.pending(tx, [standing.id]).get(standing.id, [])
    # With what she was asked ends what she asked of others: its answer must not come to her either.
    hers = [offer.id for offer in pending if conflict.staff_id in (offer.staff_id, offer.asked_by_id)]
    offers.end(tx, hers, OfferState.RESCINDED, now, "conflict")
    outbox.cancel_for_offers(tx, hers)
    outbox.cancel_for_staff(tx, standing.id, conflict.staff_id)
    was_holder = standing.state.is_held and standing.holder_id == conflict.staff_id
    values: dict[str, object] = {}
    if was_holder:
        offers.lapse_accepted(tx, standing.id, now, "conflict")
        values |= {"state": DispatchState.OFFERED, "holder_id": None, "next_due_at": now, "due_kind": DueKind.NEXT_RUNG}
    if standing.responsible_id == conflict.staff_id:
        values |= {"responsible_id": successor(tx, standing, conflict.staff_id)}
    if hers and len(hers) == len(pending) and standing.state.is_seeking:
        values |= {"next_due_at": now}
    dispatches.change(tx, standing, values)
    who = crew.member(tx, conflict.staff_id)
    detail = {"who": who.code if who else "?", "reason": conflict.reason, "held": was_holder}
    entry = events.Entry(standing.ref, Happening.PERSON_EXCLUDED, conflict.by_code, detail)
    events.append(tx, [entry], services.unit.id, now)


def successor(tx: Transaction, standing: Standing, leaving_id: str | None = None) -> str:
    """Who answers for a report from now on: a leader without a conflict, else the desk."""
    without = exclusions.of_reports(tx, [standing.report_id]).get(standing.report_id, set())
    return staff.successor(tx, standing.unit_id, {*without, *([leaving_id] if leaving_id else [])})
