"""More waiting than free people: when surge begins and ends, what may then wait, and when redialling means danger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from triage.clocks import first_due
from triage.pace import at_least_one
from triage.protocol import Level

# Surge never slows these (urgency-protocol 5.11).
_NEVER_WAIT = frozenset({Level.EMERGENCY, Level.HIGH})


@dataclass(frozen=True)
class Crowd:
    """How many reports wait for a yes, and how many people on duty could take one now."""

    waiting: int
    free: int


@dataclass(frozen=True)
class SurgeRules:
    """`over`: how many more must wait than are free; `calm_within`: how long it must have been quiet to end.

    Only who has waited `waits_within` counts: two people who write in the same minute are no crowd yet.
    """

    over: int
    waits_within: timedelta
    calm_within: timedelta
    help_within: timedelta
    book_within: Mapping[Level, timedelta]

    def is_crowded(self, crowd: Crowd) -> bool:
        """More waiting than free people; two at least, or a single report in an empty night would call everybody."""
        return crowd.waiting >= 2 and crowd.waiting >= crowd.free + self.over

    def is_over(self, crowd: Crowd, crowded_at: datetime, now: datetime) -> bool:
        """Whether surge ends: no crowd, and none for a while, so that it does not flicker."""
        return not self.is_crowded(crowd) and now - crowded_at >= self.calm_within

    def booked_at(self, level: Level, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When a report that can wait is first rung during surge; None for what never waits."""
        within = None if level in _NEVER_WAIT else self.book_within.get(level)
        return first_due(level, now + within, zone) if within else None


@dataclass(frozen=True)
class FloodRules:
    """From so many calls of one number within `window` on, redialling is read as urgency and not as abuse."""

    redials: int
    window: timedelta

    def raised(self, level: Level, calls_before: int) -> Level:
        """The level of a call that comes after so many within the window: one higher in a burst, never lower."""
        if calls_before + 1 < self.redials:
            return level
        return next((one for one in reversed(Level) if one.rank == level.rank + 1), level)


def parse_surge(table: Mapping[str, Any], longest: Mapping[Level, timedelta]) -> SurgeRules:
    """Reads `[surge]`; a booked time must leave the caller's own promise (`longest` by level) whole."""
    booked = {Level(name): _seconds(value) for name, value in table["book_s"].items()}
    if not booked.keys().isdisjoint(_NEVER_WAIT):
        raise ValueError("emergency and high are never booked")
    late = [str(level) for level, within in booked.items() if within >= longest[level]]
    if late:
        raise ValueError(f"booked after the promised answer: {', '.join(late)}")
    waits, calm, helps = (_seconds(table[name]) for name in ("waits_s", "calm_s", "help_s"))
    return SurgeRules(at_least_one(table["over"]), waits, calm, helps, booked)


def parse_flood(table: Mapping[str, Any]) -> FloodRules:
    """Reads `[flood]`."""
    redials = at_least_one(table["redials"])
    if redials < 2:
        raise ValueError("a first call is no redial")
    return FloodRules(redials, _seconds(table["window_s"]))


def _seconds(value: Any) -> timedelta:
    return timedelta(seconds=at_least_one(value))
