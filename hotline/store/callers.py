"""The caller behind a report: the address she wrote or called from, and whether her phone was ever called unsafe."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select, update

from hotline.store.crypto import Unreadable
from hotline.store.session import Transaction
from hotline.store.tables import assessment, caller, report
from triage.protocol import Factor

# What was said of a phone on one channel holds for every channel and every report of it.
_same_phone = caller.alias("same_phone")
_IS_MARKED = or_(
    caller.c.unsafe_at.is_not(None),
    exists().where(
        _same_phone.c.unit_id == caller.c.unit_id,
        _same_phone.c.phone_idx == caller.c.phone_idx,
        _same_phone.c.unsafe_at.is_not(None),
    ),
)


@dataclass(frozen=True, repr=False)
class CallerBehind:
    """`address` is empty where she hides it or no key opens it; `unsafe` once she said that others may read along."""

    address: str
    unsafe: bool


def behind(tx: Transaction, report_id: str) -> CallerBehind:
    """The caller of a report."""
    query = select(caller.c.id, caller.c.address_enc, caller.c.withheld, _IS_MARKED.label("marked"))
    row = tx.execute(query.join(report, report.c.caller_id == caller.c.id).where(report.c.id == report_id)).one()
    unsafe = bool(row.marked) or _was_heard(tx, report_id)
    return CallerBehind("" if row.withheld else _address(tx, row.id, row.address_enc), unsafe)


def remember_last(tx: Transaction, report_id: str, holder_id: str | None) -> None:
    """The report that was just closed, and who held it: what the caller's next report is linked to."""
    hers = select(report.c.caller_id).where(report.c.id == report_id).scalar_subquery()
    values = {"last_report_id": report_id, "last_holder_id": holder_id}
    tx.execute(update(caller).where(caller.c.id == hers).values(**values))


def block(tx: Transaction, report_id: str, at: datetime | None) -> None:
    """Marks the number of a report, on every channel, as blocked since `at`; None takes it back."""
    hers = select(caller.c.id, caller.c.phone_idx, caller.c.unit_id).join(report, report.c.caller_id == caller.c.id)
    row = tx.execute(hers.where(report.c.id == report_id)).one()
    same = caller.c.id == row.id
    if row.phone_idx is not None:
        same = or_(same, and_(caller.c.phone_idx == row.phone_idx, caller.c.unit_id == row.unit_id))
    tx.execute(update(caller).where(same).values(blocked_at=at))


def _address(tx: Transaction, caller_id: str, sealed: bytes) -> str:
    try:
        return tx.open("caller", "address_enc", caller_id, sealed)
    except Unreadable:
        return ""


def _was_heard(tx: Transaction, report_id: str) -> bool:
    # All judgements, not only the last: a warning that she gave once is not taken back by a later harmless message.
    rows = tx.rows(select(assessment.c.codes).where(assessment.c.report_id == report_id))
    return any(Factor.UNSAFE_TO_TALK in json.loads(row.codes) for row in rows)
