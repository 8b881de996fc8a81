"""Whom a report may be offered: its conflicts, its wish, and who was asked before."""

from collections.abc import Sequence

from sqlalchemy import case, func, or_, select

from hotline.store import exclusions, wishes
from hotline.store.dispatches import Standing
from hotline.store.session import Transaction
from hotline.store.tables import offer
from triage.choosing import Limits, Wish
from triage.states import OfferState

RELEASED = "released"
_said_no = or_(offer.c.state == OfferState.DECLINED, offer.c.close_reason == RELEASED)


def of_standings(tx: Transaction, standings: Sequence[Standing]) -> dict[str, Limits]:
    """The limits of each dispatch, by its id."""
    report_ids = [one.report_id for one in standings]
    excluded, wished = exclusions.of_reports(tx, report_ids), wishes.of_reports(tx, report_ids)
    asked, passed = _asked(tx, [one.id for one in standings if one.rung >= 0 or one.accepted_at])
    return {
        one.id: Limits(
            frozenset(excluded.get(one.report_id, ())),
            wished.get(one.report_id, Wish()),
            frozenset(asked.get(one.id, ())),
            frozenset(passed.get(one.id, ())),
            one.preferred_id,
        )
        for one in standings
    }


def _asked(tx: Transaction, dispatch_ids: Sequence[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    asked: dict[str, set[str]] = {}
    passed: dict[str, set[str]] = {}
    if not dispatch_ids:
        return asked, passed
    query = (
        select(offer.c.dispatch_id, offer.c.staff_id, func.max(case((_said_no, 1), else_=0)).label("passed"))
        .where(offer.c.dispatch_id.in_(dispatch_ids))
        .group_by(offer.c.dispatch_id, offer.c.staff_id)
    )
    for row in tx.rows(query):
        asked.setdefault(row.dispatch_id, set()).add(row.staff_id)
        if row.passed:
            passed.setdefault(row.dispatch_id, set()).add(row.staff_id)
    return asked, passed
