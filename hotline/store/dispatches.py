"""Dispatches and their offers: what is due, who is offered what, and guarded changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row as DatabaseRow
from sqlalchemy import Select, bindparam, func, select, update

from hotline.errors import Conflict
from hotline.store.batch import Row
from hotline.store.ids import new_id
from hotline.store.session import Transaction
from hotline.store.tables import dispatch, report, roster_shift, staff
from triage.protocol import Level
from triage.roster import Person
from triage.states import DispatchState, DueKind, Duty, Role


@dataclass(frozen=True)
class Standing:
    """A dispatch as a step sees it; `epoch` is what a change must still find."""

    id: str
    report_id: str
    ref: str
    code: str
    unit_id: str
    level: Level
    state: DispatchState
    rung: int
    round: int
    epoch: int
    responsible_id: str
    holder_id: str | None
    ladder_id: str
    opened_at: datetime
    first_offered_at: datetime | None
    accepted_at: datetime | None
    held_at: datetime | None
    first_contact_at: datetime | None
    next_due_at: datetime | None
    due_kind: DueKind
    answer_by: datetime


_STANDING = select(dispatch, report.c.ref).join(report, report.c.id == dispatch.c.report_id)


# Made once: building these texts anew cost a worker in a storm a fifth of its time.
_now = bindparam("now", type_=dispatch.c.next_due_at.type)
_DUE = (
    select(dispatch.c.id)
    .where(dispatch.c.unit_id == bindparam("unit"), dispatch.c.state != DispatchState.CLOSED)
    .where(dispatch.c.next_due_at <= _now)
    .order_by(dispatch.c.urgency.desc(), dispatch.c.next_due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_STANDINGS = _STANDING.where(dispatch.c.id.in_(bindparam("ids", expanding=True)))


def due_batch(tx: Transaction, unit_id: str, now: datetime, limit: int) -> list[Standing]:
    """Locks up to `limit` due dispatches nobody else works on, the most urgent first."""
    # The ids alone are locked; joined columns are read again, because SKIP LOCKED re-checks only the locked row.
    ids = [row.id for row in tx.rows(_DUE, {"unit": unit_id, "now": now, "most": limit})]
    found = {row.id: _standing(row) for row in tx.rows(_STANDINGS, {"ids": ids})} if ids else {}
    return [found[row_id] for row_id in ids]


def lock(tx: Transaction, dispatch_id: str) -> Standing | None:
    """Locks one dispatch: always before its offers and its outbox, so that no two steps wait for each other."""
    return _locked(tx, _STANDING.where(dispatch.c.id == dispatch_id))


def lock_by_ref(tx: Transaction, unit_id: str, ref: str) -> Standing | None:
    """Locks the newest dispatch of a report of this unit."""
    if "\x00" in ref:
        return None  # PostgreSQL takes no NUL, and no label has one
    query = _STANDING.where(report.c.ref == ref, dispatch.c.unit_id == unit_id)
    return _locked(tx, query.order_by(dispatch.c.episode.desc()).limit(1))


def _locked(tx: Transaction, query: Select[Any]) -> Standing | None:
    row = tx.one(query.with_for_update(of=dispatch))
    return _standing(row) if row else None


def change(tx: Transaction, standing: Standing, values: Mapping[str, Any]) -> None:
    """Changes a dispatch that is still as it was read and raises its epoch; raises Conflict otherwise."""
    statement = (
        update(dispatch)
        .where(dispatch.c.id == standing.id, dispatch.c.epoch == standing.epoch, dispatch.c.state == standing.state)
        .values(**values, epoch=standing.epoch + 1)
    )
    if not tx.changed_one(statement):
        raise Conflict


_CHANGES = ("state", "holder_id", "rung", "round", "next_due_at", "due_kind", "first_offered_at")


def change_many(tx: Transaction, changes: Sequence[tuple[Standing, Mapping[str, Any]]]) -> None:
    """The same for a batch of which every change sets all of the ladder's columns."""
    if not changes:
        return
    statement = (
        update(dispatch)
        .where(dispatch.c.id == bindparam("was_id"), dispatch.c.epoch == bindparam("was_epoch"))
        .values({name: bindparam(f"new_{name}") for name in _CHANGES} | {"epoch": dispatch.c.epoch + 1})
    )
    rows = [
        {"was_id": was.id, "was_epoch": was.epoch} | {f"new_{name}": values[name] for name in _CHANGES}
        for was, values in changes
    ]
    if tx.execute(statement, rows).rowcount != len(rows):
        raise Conflict


def look_again(tx: Transaction, dispatch_id: str, at: datetime) -> None:
    """Moves the clock of a dispatch forward in time or back, and nothing else; only ever to an earlier moment."""
    tx.execute(
        update(dispatch)
        .where(dispatch.c.id == dispatch_id, dispatch.c.next_due_at > at, dispatch.c.state != DispatchState.CLOSED)
        .values(next_due_at=at)
    )


def step_aside(tx: Transaction, dispatch_id: str, at: datetime) -> None:
    """A dispatch that cannot be worked on is tried again later, so that it stops nobody else."""
    tx.execute(
        update(dispatch)
        .where(dispatch.c.id == dispatch_id)
        .values(next_due_at=at, fault_count=dispatch.c.fault_count + 1)
    )


_SHIFTS = select(roster_shift.c.staff_id, roster_shift.c.duty).where(
    roster_shift.c.unit_id == bindparam("unit"), roster_shift.c.starts_at <= _now, roster_shift.c.ends_at > _now
)
_held = (
    select(dispatch.c.holder_id, func.count().label("open"))
    .where(dispatch.c.state.in_([DispatchState.ACCEPTED, DispatchState.IN_CONTACT]))
    .group_by(dispatch.c.holder_id)
    .subquery()
)
_PEOPLE = (
    select(staff.c.id, staff.c.code, staff.c.role, func.coalesce(_held.c.open, 0).label("open"))
    .outerjoin(_held, _held.c.holder_id == staff.c.id)
    .where(staff.c.unit_id == bindparam("unit"), staff.c.active, ~staff.c.is_desk)
)


def people(tx: Transaction, unit_id: str, now: datetime) -> list[Person]:
    """Everybody who could be rung, with duty now, load, and when she was last offered anything."""
    on_duty: dict[str, set[Duty]] = {}
    for row in tx.rows(_SHIFTS, {"unit": unit_id, "now": now}):
        on_duty.setdefault(row.staff_id, set()).add(Duty(row.duty))
    return [
        Person(row.id, row.code, Role(row.role), frozenset(on_duty.get(row.id, ())), row.open)
        for row in tx.rows(_PEOPLE, {"unit": unit_id})
    ]


@dataclass(frozen=True)
class Member:
    """A staff member as others may read of her: a code and initials."""

    id: str
    code: str
    initials: str
    role: Role
    active: bool


def member(tx: Transaction, staff_id: str) -> Member | None:
    """One staff member."""
    row = tx.one(select(staff).where(staff.c.id == staff_id))
    return Member(row.id, row.code, row.initials, Role(row.role), row.active) if row else None


def leaders(tx: Transaction, unit_id: str) -> list[str]:
    """Staff ids of the head and the supervisors: who is told when the house has a hole."""
    roles = [Role.HEAD, Role.SUPERVISOR]
    query = select(staff.c.id).where(staff.c.unit_id == unit_id, staff.c.active, ~staff.c.is_desk)
    return [row.id for row in tx.rows(query.where(staff.c.role.in_(roles)))]


def opening_row(opening: Mapping[str, Any], now: datetime) -> Row:
    """The dispatch of a new report, waiting for its first rung."""
    values = {"id": new_id(now), "episode": 1, "state": DispatchState.WAITING, "rung": -1, "round": 0, "epoch": 0}
    return dispatch, {**values, "due_kind": DueKind.NEXT_RUNG, "fault_count": 0, "opened_at": now, **opening}


def _standing(row: DatabaseRow[Any]) -> Standing:
    return Standing(
        row.id,
        row.report_id,
        row.ref,
        row.code,
        row.unit_id,
        Level(row.level),
        DispatchState(row.state),
        row.rung,
        row.round,
        row.epoch,
        row.responsible_id,
        row.holder_id,
        row.ladder_id,
        row.opened_at,
        row.first_offered_at,
        row.accepted_at,
        row.held_at,
        row.first_contact_at,
        row.next_due_at,
        DueKind(row.due_kind),
        row.answer_by,
    )
