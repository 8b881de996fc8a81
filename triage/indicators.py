"""How fast the hotline was: measures, their targets, and the figures that follow from counted seconds."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from math import ceil
from typing import Any

from triage.events import Channel
from triage.protocol import Level


class BadTargets(ValueError):
    """The targets of the protocol file are incoherent; the message names every fault."""


class Measure(StrEnum):
    """What is measured, always in whole seconds from the opening of the report."""

    ACKNOWLEDGE = "acknowledge"  # until a person said yes
    FIRST_CONTACT = "first_contact"  # until a person reached the caller
    CLOSE = "close"  # until a person closed it


Targets = Mapping[tuple[Level, Measure], int]
"""Seconds within which a measure counts as met; a measure without a target is neither met nor breached."""

_KEYS = {Measure.ACKNOWLEDGE: "acknowledge_s", Measure.FIRST_CONTACT: "contact_s", Measure.CLOSE: "close_s"}
_OPTIONAL = frozenset({Measure.CLOSE})


@dataclass(frozen=True)
class Tally:
    """The reports of one level and channel under one measure.

    `seconds` counts the reports that have the fact, by its seconds; `met` of these are within the target. `overdue`
    are those without the fact whose target has passed.
    """

    level: Level
    channel: Channel
    measure: Measure
    count: int
    met: int
    overdue: int
    seconds: Mapping[int, int]


@dataclass(frozen=True)
class Figures:
    """A row of the table of response times; `level` or `channel` None means all of them together.

    `waiting` reports have neither the fact nor a target that has passed: count = met + breached + waiting wherever
    there is a target. `met` and `breached` are None where there is none. Percentiles are nearest ranks of the reports
    that have the fact, None when there are none.
    """

    measure: Measure
    level: Level | None
    channel: Channel | None
    count: int
    met: int | None
    breached: int | None
    waiting: int
    p50: int | None
    p90: int | None
    p99: int | None
    max: int | None
    target_s: int | None


def parse_targets(table: Mapping[str, Any]) -> Targets:
    """Reads the `[targets]` table of the protocol file; raises BadTargets naming every fault."""
    faults: list[str] = []
    targets: dict[tuple[Level, Measure], int] = {}
    for level, measure in product(Level, Measure):
        key = _KEYS[measure]
        seconds = table.get(level.value, {}).get(key)
        if type(seconds) is int and seconds > 0:
            targets[level, measure] = seconds
        elif seconds is not None or measure not in _OPTIONAL:
            faults.append(f"targets.{level.value}.{key} must be a whole number of seconds above 0")
    if faults:
        raise BadTargets("; ".join(faults))
    return targets


# All together, then each level, then each level and channel; None stands for all.
_PLACES: tuple[tuple[Level | None, Channel | None], ...] = (
    (None, None),
    *((level, channel) for level in Level for channel in (None, *Channel)),
)


def figures(tallies: Sequence[Tally], targets: Targets) -> tuple[Figures, ...]:
    """The table: per measure all together, then each level, then each level and channel; empty rows are left out."""
    rows = (_row(tallies, (measure, *place), targets) for measure, place in product(Measure, _PLACES))
    return tuple(row for row in rows if row)


def nearest_rank(seconds: Mapping[int, int], share: float) -> int | None:
    """The smallest number that at least `share` (0 to 1) of the counted numbers do not exceed; None of nothing."""
    wanted, seen = max(1, ceil(round(share * sum(seconds.values()), 9))), 0
    for value in sorted(seconds):
        seen += seconds[value]
        if seen >= wanted:
            return value
    return None


def _row(
    every: Sequence[Tally], place: tuple[Measure, Level | None, Channel | None], targets: Targets
) -> Figures | None:
    measure, level, channel = place
    tallies = [
        tally
        for tally in every
        if tally.measure is measure and level in (None, tally.level) and channel in (None, tally.channel)
    ]
    if not tallies:
        return None
    seconds = _merged(tally.seconds for tally in tallies)
    count, done = sum(tally.count for tally in tallies), sum(seconds.values())
    has_targets = all((tally.level, measure) in targets for tally in tallies)
    met, overdue = sum(tally.met for tally in tallies), sum(tally.overdue for tally in tallies)
    return Figures(
        measure=measure,
        level=level,
        channel=channel,
        count=count,
        met=met if has_targets else None,
        breached=done - met + overdue if has_targets else None,
        waiting=count - done - overdue,
        p50=nearest_rank(seconds, 0.5),
        p90=nearest_rank(seconds, 0.9),
        p99=nearest_rank(seconds, 0.99),
        max=max(seconds, default=None),
        target_s=targets.get((level, measure)) if level else None,
    )


def _merged(counts: Iterable[Mapping[int, int]]) -> Mapping[int, int]:
    whole: Counter[int] = Counter()
    for part in counts:
        whole.update(part)
    return whole
