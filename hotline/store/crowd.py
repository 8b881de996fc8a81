"""How crowded it is: who waits, who is free, and since when more wait than are free."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, update

from hotline.store.ids import new_id
from hotline.store.session import Transaction
from hotline.store.tables import caller, dispatch, report, roster_shift, staff, unit
from triage.roster import Shift
from triage.states import CasePart, DispatchState, DueKind, Role
from triage.surge import Crowd

SOURCE = "surge"


@dataclass(frozen=True)
class Surge:
    """Since when there is surge, and when it was last crowded; None while there is none."""

    since: datetime | None
    crowded_at: datetime | None


def surge_of(tx: Transaction, unit_id: str) -> Surge:
    """Whether there is surge in this unit."""
    row = tx.one(select(unit.c.surge_since, unit.c.crowded_at).where(unit.c.id == unit_id))
    return Surge(row.surge_since, row.crowded_at) if row else Surge(None, None)


def set_surge(tx: Transaction, unit_id: str, before: Surge, after: Surge) -> bool:
    """Writes it if nobody else has meanwhile; two tickers switch it once."""
    same = unit.c.surge_since.is_(None) if before.since is None else unit.c.surge_since == before.since
    values = {"surge_since": after.since, "crowded_at": after.crowded_at}
    return tx.changed_one(update(unit).where(unit.c.id == unit_id, same).values(**values))


def measure(tx: Transaction, unit_id: str, since: datetime, now: datetime) -> Crowd:
    """How many reports have waited for a yes since then, and how many people on duty have nobody still to reach."""
    asked = or_(dispatch.c.state == DispatchState.OFFERED, dispatch.c.next_due_at <= now)
    waiting = and_(dispatch.c.state.in_([DispatchState.WAITING, DispatchState.OFFERED]), asked)
    query = select(func.count()).where(dispatch.c.unit_id == unit_id, waiting, dispatch.c.part == CasePart.RESPONDER)
    query = query.where(dispatch.c.opened_at <= since)
    return Crowd(int(tx.execute(query.select_from(dispatch)).scalar_one()), len(_free(tx, unit_id, now)))


def _free(tx: Transaction, unit_id: str, now: datetime) -> list[str]:
    on_duty = exists().where(
        roster_shift.c.staff_id == staff.c.id, roster_shift.c.starts_at <= now, roster_shift.c.ends_at > now
    )
    query = select(staff.c.id).where(staff.c.unit_id == unit_id, staff.c.active, on_duty, ~_is_busy())
    return [row.id for row in tx.rows(query)]


def _is_busy() -> ColumnElement[bool]:
    return exists().where(dispatch.c.holder_id == staff.c.id, dispatch.c.state == DispatchState.ACCEPTED)


def off_duty(tx: Transaction, unit_id: str, now: datetime) -> list[str]:
    """The ids of those who could come in: active, no shift now, nothing to reach."""
    shift = exists().where(
        roster_shift.c.staff_id == staff.c.id, roster_shift.c.starts_at <= now, roster_shift.c.ends_at > now
    )
    query = select(staff.c.id).where(staff.c.unit_id == unit_id, staff.c.active, ~staff.c.is_desk, ~shift)
    return [row.id for row in tx.rows(query.where(staff.c.role != Role.AUDITOR, ~_is_busy()))]


def add_shift(tx: Transaction, unit_id: str, shift: Shift) -> None:
    """Somebody who was called in is on duty from now on."""
    values = {"id": new_id(shift.starts_at), "unit_id": unit_id, "staff_id": shift.staff_id, "duty": shift.duty}
    times = {"starts_at": shift.starts_at, "ends_at": shift.ends_at, "source": SOURCE}
    tx.execute(insert(roster_shift).values(**values, **times))


def ring_booked(tx: Transaction, unit_id: str, now: datetime) -> None:
    """What was booked for the crowd's sake is rung now; what a blocked number sent keeps its hour."""
    blocked = exists().where(
        report.c.id == dispatch.c.report_id, caller.c.id == report.c.caller_id, caller.c.blocked_at.is_not(None)
    )
    booked = and_(dispatch.c.state == DispatchState.WAITING, dispatch.c.due_kind == DueKind.BOOKED)
    mine = and_(dispatch.c.unit_id == unit_id, booked, dispatch.c.next_due_at > now, ~blocked)
    tx.execute(update(dispatch).where(mine).values(next_due_at=now))
