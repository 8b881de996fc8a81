"""Counting response times over any number of reports: the database counts, nothing is read row by row."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, bindparam, case, func, literal, or_, select, text

from hotline.store.session import Transaction
from hotline.store.tables import dispatch, report
from triage.events import Channel
from triage.indicators import Measure, Tally, Targets
from triage.protocol import Level

_FACTS = {
    Measure.ACKNOWLEDGE: dispatch.c.accepted_s,
    Measure.FIRST_CONTACT: dispatch.c.contact_s,
    Measure.CLOSE: dispatch.c.closed_s,
}
# Up to so many reports every second is counted by itself. Above, times over 1,000 s are grouped by three leading
# digits (less than 0.5 % off): close times of a million reports are otherwise a million groups.
_EXACT_UP_TO = 100_000
_GRAINS = ((1_000, 1), (10_000, 10), (100_000, 100))
_COARSEST = 1_000

Window = tuple[datetime, datetime]
_Group = tuple[Level, Channel]


def tallies(tx: Transaction, unit_id: str, window: Window, targets: Targets, now: datetime) -> list[Tally]:
    """The counts of all reports of the unit that were opened in the half-open window."""
    if tx.is_postgresql:
        # A million rows are counted in memory instead of on disk; for this transaction only.
        tx.execute(text("SET LOCAL work_mem = '64MB'"))
    facts = _facts(unit_id, window)
    counted = {(Level(row.level), Channel(row.channel)): row for row in tx.rows(_counts(facts, targets, now))}
    is_many = sum(row.reports for row in counted.values()) > _EXACT_UP_TO
    seconds = _seconds(tx, facts, coarse=is_many)
    return [
        _tally(group, measure, row, seconds[measure, group]) for group, row in counted.items() for measure in Measure
    ]


def _facts(unit_id: str, window: Window) -> CTE:
    columns = (dispatch.c.level, report.c.channel, dispatch.c.opened_at, *_FACTS.values())
    query = select(*columns).select_from(dispatch).join(report, report.c.id == dispatch.c.report_id)
    start, end = window
    query = query.where(dispatch.c.unit_id == unit_id, dispatch.c.opened_at >= start, dispatch.c.opened_at < end)
    return query.cte("facts")


def _counts(facts: CTE, targets: Targets, now: datetime) -> Any:
    columns: list[ColumnElement[Any]] = [func.count().label("reports")]
    for measure, fact in _FACTS.items():
        value = facts.c[fact.name]
        met = _within(facts, measure, targets, value)
        columns.append(_how_many(met).label(f"{measure}_met"))
        columns.append(
            _how_many(and_(value.is_(None), _is_over(facts, measure, targets, now))).label(f"{measure}_overdue")
        )
    return select(facts.c.level, facts.c.channel, *columns).group_by(facts.c.level, facts.c.channel)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _within(facts: CTE, measure: Measure, targets: Targets, value: ColumnElement[Any]) -> ColumnElement[bool]:
    limits = [
        and_(facts.c.level == level, value <= targets[level, measure]) for level in Level if (level, measure) in targets
    ]
    return or_(*limits) if limits else literal(False)


def _is_over(facts: CTE, measure: Measure, targets: Targets, now: datetime) -> ColumnElement[bool]:
    """The target has passed: for a closed report by its end, for an open one by now."""
    limits = []
    for level in Level:
        if (level, measure) in targets:
            target = targets[level, measure]
            cutoff = bindparam(f"cutoff_{measure}_{level}", now - timedelta(seconds=target), dispatch.c.opened_at.type)
            still_open = and_(facts.c.closed_s.is_(None), facts.c.opened_at < cutoff)
            limits.append(and_(facts.c.level == level, or_(still_open, facts.c.closed_s > target)))
    return or_(*limits) if limits else literal(False)


def _seconds(tx: Transaction, facts: CTE, *, coarse: bool) -> Mapping[tuple[Measure, _Group], Counter[int]]:
    found: dict[tuple[Measure, _Group], Counter[int]] = defaultdict(Counter)
    for measure, fact in _FACTS.items():
        value = facts.c[fact.name]
        rounded = (_coarse(value) if coarse else value).label("seconds")
        query = select(facts.c.level, facts.c.channel, rounded, func.count().label("reports"))
        query = query.where(value.is_not(None)).group_by(facts.c.level, facts.c.channel, rounded)
        for level, channel, seconds, reports in tx.rows(query):
            found[measure, (Level(level), Channel(channel))][seconds] = reports
    return found


def _coarse(value: ColumnElement[Any]) -> ColumnElement[int]:
    steps = [(value < below, value - value % grain) for below, grain in _GRAINS]
    return case(*steps, else_=value - value % _COARSEST)


def _tally(group: _Group, measure: Measure, row: Any, seconds: Mapping[int, int]) -> Tally:
    level, channel = group
    counts = row._mapping
    return Tally(level, channel, measure, row.reports, counts[f"{measure}_met"], counts[f"{measure}_overdue"], seconds)
