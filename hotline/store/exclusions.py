"""Conflicts of interest: who may have nothing to do with a report. Written once, never taken back."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, insert, literal, select

from hotline.store.batch import Row
from hotline.store.ids import new_id
from hotline.store.recognition import caller_phone_index
from hotline.store.session import Transaction
from hotline.store.tables import caller, dispatch, exclusion, report
from triage.states import ConflictReason, DispatchState


def row(report_id: str, staff_id: str, why: tuple[ConflictReason, str], now: datetime) -> Row:
    """One conflict: the person, the reason, and the code of whoever said so."""
    reason, by_code = why
    values = {"id": new_id(now), "report_id": report_id, "staff_id": staff_id, "reason": reason}
    return exclusion, {**values, "by_code": by_code, "at": now}


def add(tx: Transaction, report_id: str, staff_id: str, why: tuple[ConflictReason, str], now: datetime) -> bool:
    """Writes a conflict; False if it stands there already."""
    if is_excluded(tx, report_id, staff_id):
        return False
    table, values = row(report_id, staff_id, why, now)
    tx.execute(insert(table).values(values))
    return True


def is_excluded(tx: Transaction, report_id: str, staff_id: str) -> bool:
    """Whether this person may have nothing to do with this report."""
    query = select(exclusion.c.id).where(exclusion.c.report_id == report_id, exclusion.c.staff_id == staff_id)
    return tx.one(query) is not None


def of_reports(tx: Transaction, report_ids: Iterable[str]) -> dict[str, set[str]]:
    """The staff ids that each report excludes; reports that exclude nobody are left out."""
    query = select(exclusion.c.report_id, exclusion.c.staff_id).where(exclusion.c.report_id.in_(list(report_ids)))
    found: dict[str, set[str]] = {}
    for one in tx.rows(query):
        found.setdefault(one.report_id, set()).add(one.staff_id)
    return found


def hides_from(staff_id: str | None) -> ColumnElement[bool]:
    """The condition that `report` is hidden from this person; a token of the machine interface is no person."""
    if staff_id is None:
        return literal(False)
    return exists().where(exclusion.c.report_id == report.c.id, exclusion.c.staff_id == staff_id)


def reports_of_phone(tx: Transaction, unit_id: str, phone: str) -> list[str]:
    """All reports ever opened from a number, on whatever channel: nobody works on her own."""
    index = caller_phone_index(tx, unit_id, phone)
    query = select(report.c.id).join(caller, caller.c.id == report.c.caller_id)
    mine = and_(caller.c.unit_id == unit_id, caller.c.phone_idx == index)
    return [one.id for one in tx.rows(query.where(mine))]


def open_dispatches(tx: Transaction, report_id: str) -> list[str]:
    """The dispatches of a report that are not over, whichever case role they are for."""
    query: Select[tuple[str]] = select(dispatch.c.id).where(
        dispatch.c.report_id == report_id, dispatch.c.state != DispatchState.CLOSED
    )
    return [one.id for one in tx.rows(query.order_by(dispatch.c.id))]
