"""Counting response times over any number of reports: the database counts, nothing is read row by row."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)

from hotline.store.session import Transaction
from hotline.store.tables import dispatch
from triage.events import Channel
from triage.indicators import Measure, Tally, Targets
from triage.protocol import Level
from triage.states import CasePart

_FACTS = {
    Measure.ACKNOWLEDGE: dispatch.c.accepted_s,
    Measure.FIRST_CONTACT: dispatch.c.contact_s,
    Measure.CLOSE: dispatch.c.closed_s,
}
# Up to so many reports every second is counted by itself. Above, times over 1,000 s are grouped by three leading
# digits (less than 1 % off, the counts of met and breached are not): the close times of a million reports are
# otherwise a million groups.
EXACT_UP_TO = 100_000
_GRAINS = ((1_000, 1), (10_000, 10), (100_000, 100))
_COARSEST = 1_000

Window = tuple[datetime, datetime]
Promise = tuple[Targets, datetime]


@dataclass
class _Sum:
    """What was counted of one level, channel and measure so far."""

    count: int = 0
    met: int = 0
    overdue: int = 0
    seconds: Counter[int] = field(default_factory=Counter)


def tallies(
    tx: Transaction,
    unit_id: str,
    window: Window,
    promise: Promise,
    exact_up_to: int = EXACT_UP_TO,
) -> list[Tally]:
    """The counts of all reports of the unit that were opened in the half-open window.

    `promise` is the targets, and now: until when a report without the fact has been waiting.
    """
    if tx.is_postgresql:
        # A million rows are counted in memory instead of on disk, and may take longer than a webhook; for this
        # transaction only.
        tx.execute(text("SET LOCAL work_mem = '64MB'"))
        tx.execute(text("SET LOCAL statement_timeout = '20s'"))
        # PostgreSQL cannot know that a million times fall into a few thousand groups, and would sort all of them.
        tx.execute(text("SET LOCAL enable_sort = off"))
    opened = _opened(unit_id, window)
    is_many = tx.execute(select(func.count()).select_from(dispatch).where(opened)).scalar_one() > exact_up_to
    found: dict[tuple[str, str, str], _Sum] = defaultdict(_Sum)
    for level, channel, measure, seconds, kept, reports in tx.rows(_counting(_facts(opened), promise, is_many)):
        _add(found[level, channel, measure], (seconds, bool(kept)), reports)
    return [
        Tally(Level(level), Channel(channel), Measure(measure), one.count, one.met, one.overdue, one.seconds)
        for (level, channel, measure), one in found.items()
    ]


def _add(whole: _Sum, fact: tuple[int | None, bool], reports: int) -> None:
    seconds, kept = fact
    whole.count += reports
    if seconds is None:
        whole.overdue += 0 if kept else reports
        return
    whole.met += reports if kept else 0
    whole.seconds[seconds] += reports


def _opened(unit_id: str, window: Window) -> ColumnElement[bool]:
    start, end = window
    first = dispatch.c.part == CasePart.RESPONDER
    return and_(dispatch.c.unit_id == unit_id, dispatch.c.opened_at >= start, dispatch.c.opened_at < end, first)


def _facts(opened: ColumnElement[bool]) -> CTE:
    """The facts of the window, read once for all three measures."""
    columns = (dispatch.c.level, dispatch.c.channel, dispatch.c.opened_at, *_FACTS.values())
    return select(*columns).where(opened).cte("facts")


def _counting(facts: CTE, promise: Promise, coarse: bool) -> CompoundSelect[Any]:
    return union_all(*(_counts(facts, measure, promise, coarse) for measure in Measure))


def _counts(facts: CTE, measure: Measure, promise: Promise, coarse: bool) -> Select[Any]:
    """(level, channel, measure, seconds or NULL, whether the promise is kept, reports) for each group."""
    value = facts.c[_FACTS[measure].name]
    seconds = (_coarse(value) if coarse else value).label("seconds")
    kept = _kept(facts, measure, *promise).label("kept")
    groups = (facts.c.level, facts.c.channel, seconds, kept)
    columns = (facts.c.level, facts.c.channel, literal(measure.value).label("measure"), seconds, kept)
    return select(*columns, func.count().label("reports")).group_by(*groups)


def _kept(facts: CTE, measure: Measure, targets: Targets, now: datetime) -> ColumnElement[int]:
    """1 while the target is met or can still be met.

    A report without the fact has waited until now, or until somebody closed it.
    """
    value, kept = facts.c[_FACTS[measure].name], []
    for level in Level:
        target = targets.get((level, measure))
        if target is None:
            kept.append(and_(facts.c.level == level, value.is_(None)))
            continue
        still_open = and_(facts.c.closed_s.is_(None), facts.c.opened_at >= now - timedelta(seconds=target))
        waits = and_(value.is_(None), or_(still_open, facts.c.closed_s <= target))
        kept.append(and_(facts.c.level == level, or_(value <= target, waits)))
    return case((or_(*kept), 1), else_=0)


def _coarse(value: ColumnElement[Any]) -> ColumnElement[int]:
    steps = [(value < below, value - value % grain) for below, grain in _GRAINS]
    return case(*steps, else_=value - value % _COARSEST)
