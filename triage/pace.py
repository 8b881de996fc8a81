"""How often a phone may ring again for what its owner was told of before. A first notice is never held back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from triage.ladder import Means
from triage.protocol import Level

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


@dataclass(frozen=True)
class Heard:
    """How many notices a person was sent by one means within the last quarter of an hour, and the last hour."""

    in_quarter: int = 0
    in_hour: int = 0


@dataclass(frozen=True)
class Pace:
    """The ceilings for repeated notices to one person, by means: (a quarter of an hour, an hour)."""

    ceilings: Mapping[Means, tuple[int, int]]
    emergency_rounds: int

    def is_repeat(self, level: Level, round_: int, was_asked: bool) -> bool:
        """Whether a notice is one of those that may be bundled: never the first to her, nor an emergency's early ones.

        `round_` counts how often the last rung was repeated; the rungs before it are never bundled.
        """
        early = self.emergency_rounds if level is Level.EMERGENCY else 1
        return was_asked and round_ >= early

    def allows(self, means: Means, heard: Heard) -> bool:
        """Whether one more repeated notice may go now."""
        in_quarter, in_hour = self.ceilings[means]
        return heard.in_quarter < in_quarter and heard.in_hour < in_hour


def parse_pace(table: Mapping[str, Any]) -> Pace:
    """Reads `[pace]` of the protocol file; raises KeyError, TypeError or ValueError."""
    names = {Means.CALL: "voice", Means.MESSAGE: "written"}
    ceilings = {
        means: (at_least_one(table[f"{name}_quarter"]), at_least_one(table[f"{name}_hour"]))
        for means, name in names.items()
    }
    return Pace(ceilings, at_least_one(table["emergency_rounds"]))


def at_least_one(number: Any) -> int:
    """A whole number from 1 on; raises ValueError."""
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError(f"{number!r} is no whole number from 1 on")
    return number
