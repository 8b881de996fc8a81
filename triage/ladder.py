"""The ladder: who is offered a report next, by which means, and when we look again. It has no end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from triage.protocol import Level
from triage.roster import Person
from triage.states import Duty, Role


class BadLadder(Exception):
    """The ladder of the protocol file is incoherent; the message names every fault."""


class Group(StrEnum):
    """Whom a rung rings."""

    FIRST = "first"
    SECOND = "second"
    COMPANIONS = "companions"
    COUNSELLORS = "counsellors"
    HEAD = "head"
    EVERYBODY = "everybody"


class Means(StrEnum):
    """How an offer reaches a person: a written message, or a call that asks for a key."""

    MESSAGE = "message"
    CALL = "call"


@dataclass(frozen=True)
class Rung:
    """The groups rung together, and how long they have before the next rung is rung."""

    groups: tuple[Group, ...]
    wait_within: timedelta


@dataclass(frozen=True)
class Steps:
    """The ladder of one level; after the last rung it is the last rung again, for ever."""

    rungs: tuple[Rung, ...]
    means: tuple[Means, ...]
    contact_within: timedelta
    answer_within: timedelta
    follow_up_within: timedelta


@dataclass(frozen=True)
class Ladder:
    """All levels, and the version that each dispatch is frozen to; `source` is what the version is the hash of."""

    version: str
    source: str
    levels: Mapping[Level, Steps]

    def longest_wait(self, level: Level) -> timedelta:
        """The longest stretch an unaccepted report of this level may stay untouched (invariant I2)."""
        return max(rung.wait_within for rung in self.levels[level].rungs)


@dataclass(frozen=True)
class Standing:
    """Where a dispatch stands on the ladder: -1 before the first rung; `excluded` are never offered it."""

    level: Level
    rung: int = -1
    round: int = 0
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Chosen:
    """A person to offer to, and why she: what a supervisor reads in the audit."""

    person: Person
    why: str


@dataclass(frozen=True)
class Step:
    """What to do now. `people` is empty only when there is nobody at all to ring (then `no_cover` is true)."""

    rung: int
    round: int
    people: tuple[Chosen, ...]
    means: tuple[Means, ...]
    next_due_at: datetime
    skipped: tuple[int, ...]
    no_cover: bool


def next_step(standing: Standing, ladder: Ladder, people: Sequence[Person], now: datetime) -> Step:
    """The next non-empty rung; empty ones are skipped at once, and the last rung repeats without end.

    A report whose every rung is empty still gets a due time, so that it is looked at again when somebody is there.
    """
    steps = ladder.levels[standing.level]
    rung, round_ = _climb(standing, len(steps.rungs))
    skipped: list[int] = []
    chosen = _choose(steps.rungs[rung], people, standing.excluded)
    while not chosen and rung < len(steps.rungs) - 1:
        skipped.append(rung)
        rung += 1
        chosen = _choose(steps.rungs[rung], people, standing.excluded)
    wait = steps.rungs[rung].wait_within
    return Step(rung, round_, chosen, steps.means, now + wait, tuple(skipped), no_cover=not chosen)


def parse_ladder(table: Mapping[str, Any]) -> Ladder:
    """Reads the `[ladder]` table of the protocol file; raises BadLadder naming every fault."""
    faults: list[str] = []
    levels = {}
    for level in Level:
        try:
            levels[level] = _parse_steps(table[level.value])
        except (KeyError, ValueError, TypeError) as fault:
            faults.append(f"ladder.{level.value}: {fault}")
    if faults:
        raise BadLadder("; ".join(faults))
    source = json.dumps({level.value: table[level.value] for level in Level}, sort_keys=True)
    return Ladder(sha256(source.encode()).hexdigest()[:16], source, levels)


def parse_ladder_source(source: str) -> Ladder:
    """Reads a ladder back from the source a dispatch was frozen to."""
    return parse_ladder(json.loads(source))


def _parse_steps(table: Mapping[str, Any]) -> Steps:
    rungs = tuple(
        Rung(tuple(Group(name) for name in rung["ring"]), _positive(rung["wait_s"])) for rung in table["rungs"]
    )
    means = tuple(Means(name) for name in table["means"])
    if not rungs or not means or not all(rung.groups for rung in rungs):
        raise ValueError("needs at least one rung, one group in each and one means")
    if Group.EVERYBODY not in rungs[-1].groups:
        raise ValueError("the last rung must ring everybody: it repeats for ever")
    spans = (_positive(table[name]) for name in ("contact_s", "answer_s", "follow_up_s"))
    return Steps(rungs, means, *spans)


def _positive(seconds: int) -> timedelta:
    if seconds <= 0:
        raise ValueError("seconds must be positive")
    return timedelta(seconds=seconds)


def _climb(standing: Standing, count: int) -> tuple[int, int]:
    if standing.rung + 1 < count:
        return standing.rung + 1, standing.round
    return count - 1, standing.round + 1


def _choose(rung: Rung, people: Sequence[Person], excluded: frozenset[str]) -> tuple[Chosen, ...]:
    found: dict[str, Chosen] = {}
    for group in rung.groups:
        for person in sorted((p for p in people if _belongs(p, group)), key=_order):
            if person.staff_id not in excluded:
                found.setdefault(person.staff_id, Chosen(person, _reason(person, group)))
    return tuple(found.values())


def _order(person: Person) -> tuple[int, float, str]:
    idle_since = person.last_offered_at.timestamp() if person.last_offered_at else 0.0
    return person.open_reports, idle_since, person.staff_id


def _reason(person: Person, group: Group) -> str:
    return f"{group.value}; load {person.open_reports}"


def _belongs(person: Person, group: Group) -> bool:
    match group:
        case Group.FIRST:
            return Duty.FIRST in person.duties
        case Group.SECOND:
            return Duty.SECOND in person.duties
        case Group.COMPANIONS:
            return person.role is Role.COMPANION
        case Group.COUNSELLORS:
            return person.role in (Role.COUNSELLOR, Role.PSYCHOLOGIST)
        case Group.HEAD:
            return person.role in (Role.HEAD, Role.SUPERVISOR)
        case Group.EVERYBODY:
            return person.role is not Role.AUDITOR
