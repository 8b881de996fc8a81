"""What callers wish of whoever helps them, and that they agreed to somebody else."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select, update

from hotline.store.batch import Row
from hotline.store.session import Transaction
from hotline.store.tables import wish
from triage.choosing import Wish
from triage.states import Gender


def row(report_id: str, wanted: Wish, by_code: str, now: datetime) -> Row:
    """A wish as it was said; `by_code` is "caller" or the code of whoever noted it."""
    values = {"report_id": report_id, "gender": wanted.gender, "only_this": wanted.only, "language": wanted.language}
    return wish, {**values, "by_code": by_code, "at": now}


def note(tx: Transaction, report_id: str, wanted: Wish, by_code: str, now: datetime) -> None:
    """Writes the wish of a report, in the place of an earlier one: who wishes again has not agreed."""
    table, values = row(report_id, wanted, by_code, now)
    changed = tx.changed_one(
        update(wish).where(wish.c.report_id == report_id).values(**values, waived_at=None, waived_by=None)
    )
    if not changed:
        tx.execute(insert(table).values(values))


def waive(tx: Transaction, report_id: str, by_code: str, now: datetime) -> bool:
    """The caller agrees to somebody else; False if there is nothing to waive. What she wished still orders."""
    return tx.changed_one(
        update(wish)
        .where(wish.c.report_id == report_id, wish.c.waived_at.is_(None), wish.c.only_this)
        .values(waived_at=now, waived_by=by_code)
    )


def of_reports(tx: Transaction, report_ids: Iterable[str]) -> dict[str, Wish]:
    """The wish in force for each report that has one."""
    rows = tx.rows(select(wish).where(wish.c.report_id.in_(list(report_ids))))
    return {
        one.report_id: Wish(
            Gender(one.gender) if one.gender else None, bool(one.only_this) and one.waived_at is None, one.language
        )
        for one in rows
    }
