"""The first human contact: recorded by the holder, and taken back when the line was cut before they could speak."""

from datetime import datetime

from hotline import acceptance
from hotline.dispatch import ladder_of
from hotline.outcomes import Outcome, Verdict, Word
from hotline.services import Services
from hotline.store import crew, dispatches, events
from hotline.store.dispatches import Standing
from hotline.store.session import Transaction
from triage.clocks import after_acceptance
from triage.states import DispatchState, DueKind, Happening


def record_contact(tx: Transaction, services: Services, standing: Standing, staff_id: str, now: datetime) -> Outcome:
    """T7: a person has reached the caller. Only the first time is the fact that is measured.

    Whoever let it lapse is still responsible: if nobody else has taken it yet, her contact takes it again.
    """
    if standing.state is DispatchState.CLOSED:
        return Outcome(Verdict.CLOSED, standing.code)
    if standing.state.is_seeking and standing.responsible_id == staff_id and standing.held_at is not None:
        taken = acceptance.accept(tx, services, Word(staff_id, standing.id), now)
        again = dispatches.lock(tx, standing.id)
        if taken.verdict is not Verdict.YOURS or again is None:
            return taken
        standing = again
    if not standing.state.is_held or standing.holder_id != staff_id:
        return Outcome(Verdict.NOT_YOURS, standing.code)
    _write(tx, services, standing, staff_id, now)
    return Outcome(Verdict.RECORDED, standing.code)


def _write(tx: Transaction, services: Services, standing: Standing, staff_id: str, now: datetime) -> None:
    follow_up = ladder_of(tx, services, standing.ladder_id).steps(standing.level, standing.part).follow_up_within
    values = {"state": DispatchState.IN_CONTACT, "next_due_at": now + follow_up, "due_kind": DueKind.FOLLOW_UP}
    if standing.first_contact_at is None:
        values |= {"first_contact_at": now, "contact_s": max(0, int((now - standing.opened_at).total_seconds()))}
    dispatches.change(tx, standing, values)
    who = crew.member(tx, staff_id)
    entry = events.Entry(standing.ref, Happening.FIRST_CONTACT, who.code if who else "?", {})
    events.append(tx, [entry], services.unit.id, now)


def unmake_contact(tx: Transaction, services: Services, standing: Standing, now: datetime) -> None:
    """The line was cut before the two could speak: the holder still has to reach the caller."""
    if standing.state is not DispatchState.IN_CONTACT:
        return
    steps = ladder_of(tx, services, standing.ladder_id).steps(standing.level, standing.part)
    due, kind = after_acceptance(steps, now)
    values = {"state": DispatchState.ACCEPTED, "next_due_at": due, "due_kind": kind}
    dispatches.change(tx, standing, values | {"first_contact_at": None, "contact_s": None})
    events.append(tx, [events.Entry(standing.ref, Happening.CALL_UNANSWERED, "system", {})], services.unit.id, now)
