"""The ladder: who is offered a report next, by which means, and when we look again. It has no end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from triage.choosing import Chosen, Group, Limits, choose, preferred_too
from triage.protocol import Level
from triage.roster import Person
from triage.states import CasePart

__all__ = ["Chosen", "Group"]

_COUNSELLOR = "counsellor"
# Of ladders that were frozen before anybody could be asked by name.
_CONFIRM_S = 300


class BadLadder(Exception):
    """The ladder of the protocol file is incoherent; the message names every fault."""


class Means(StrEnum):
    """How an offer reaches a person: a written message, or a call that asks for a key."""

    MESSAGE = "message"
    CALL = "call"


@dataclass(frozen=True)
class Rung:
    """The groups rung together, and how long they have before the next rung is rung.

    With `most` only so many of each group are rung; the others of it are rung together with the next rung.
    """

    groups: tuple[Group, ...]
    wait_within: timedelta
    most: int | None = None


@dataclass(frozen=True)
class Steps:
    """The ladder of one level; after the last rung it is the last rung again, for ever."""

    rungs: tuple[Rung, ...]
    means: tuple[Means, ...]
    contact_within: timedelta
    answer_within: timedelta
    follow_up_within: timedelta
    # How long one person who was chosen by another has to say yes: a hand-over, an assignment.
    confirm_within: timedelta


@dataclass(frozen=True)
class Ladder:
    """All levels, and the version that each dispatch is frozen to; `source` is what the version is the hash of."""

    version: str
    source: str
    levels: Mapping[Level, Steps]
    # The counsellor beside the companion is sought on a ladder of her own, the same for every level.
    counsellor: Steps | None = None

    def steps(self, level: Level, part: CasePart) -> Steps:
        """The rungs and times for one case role of a report."""
        if part is CasePart.COUNSELLOR and self.counsellor is not None:
            return self.counsellor
        return self.levels[level]

    def longest_wait(self, level: Level) -> timedelta:
        """The longest stretch an unaccepted report of this level may stay untouched (invariant I2)."""
        second = self.counsellor.rungs if self.counsellor else ()
        return max(self.longest_round(level), *(rung.wait_within for rung in second), timedelta(0))

    def longest_round(self, level: Level) -> timedelta:
        """The longest stretch between two rounds of the first case role of this level (invariant I4)."""
        return max(rung.wait_within for rung in self.levels[level].rungs)


@dataclass(frozen=True)
class Standing:
    """Where a dispatch stands on the ladder: -1 before the first rung; and what limits whom it may be offered."""

    level: Level
    rung: int = -1
    round: int = 0
    limits: Limits = Limits()
    part: CasePart = CasePart.RESPONDER


class Emptiness(StrEnum):
    """Why a rung had nobody to ring; of several causes the one that a person can mend comes first."""

    WISH = "wish"
    CONFLICT = "conflict"
    ROSTER = "roster"


@dataclass(frozen=True)
class Step:
    """What to do now. `people` is empty only when there is nobody at all to ring (then `no_cover` is true).

    `empty` says why rungs were skipped, or nobody was found; None when nothing was amiss.
    """

    rung: int
    round: int
    people: tuple[Chosen, ...]
    means: tuple[Means, ...]
    next_due_at: datetime
    skipped: tuple[int, ...]
    no_cover: bool
    empty: Emptiness | None = None


def next_step(standing: Standing, ladder: Ladder, people: Sequence[Person], now: datetime) -> Step:
    """The next non-empty rung; empty ones are skipped at once, and the last rung repeats without end.

    A report whose every rung is empty still gets a due time, so that it is looked at again when somebody is there.
    """
    steps = ladder.steps(standing.level, standing.part)
    rung, round_ = _climb(standing, len(steps.rungs))
    skipped: list[int] = []
    chosen = _ring(steps.rungs, rung, people, standing)
    while not chosen and rung < len(steps.rungs) - 1:
        if not _who_passed(steps.rungs[rung], people, standing.limits):
            skipped.append(rung)
        rung += 1
        chosen = _ring(steps.rungs, rung, people, standing)
    wait = steps.rungs[rung].wait_within
    lacking = [steps.rungs[n] for n in ([*skipped, rung] if not chosen else skipped)]
    empty = min((_emptiness(one, people, standing.limits) for one in lacking), default=None, key=list(Emptiness).index)
    return Step(rung, round_, chosen, steps.means, now + wait, tuple(skipped), no_cover=not chosen, empty=empty)


def _ring(rungs: Sequence[Rung], at: int, people: Sequence[Person], standing: Standing) -> tuple[Chosen, ...]:
    """The members of a rung, and those of lower rungs whom its `most` has left out until now."""
    limits, here = standing.limits, rungs[at]
    if at < len(rungs) - 1:
        # Whoever said no is asked once more when everybody is.
        people = [person for person in people if person.staff_id not in limits.passed]
    chosen = choose(here.groups, here.most, people, limits)
    if standing.rung < 0:
        return preferred_too(chosen, people, limits)
    fresh = [person for person in people if person.staff_id not in limits.asked]
    left_out = [one for rung in rungs[:at] if rung.most for one in choose(rung.groups, None, fresh, limits)]
    there = {one.person.staff_id for one in chosen}
    return (*chosen, *(one for one in left_out if one.person.staff_id not in there))


def _who_passed(rung: Rung, people: Sequence[Person], limits: Limits) -> bool:
    return bool(choose(rung.groups, None, people, limits))


def _emptiness(rung: Rung, people: Sequence[Person], limits: Limits) -> Emptiness:
    if choose(rung.groups, None, people, Limits(excluded=limits.excluded)):
        return Emptiness.WISH
    return Emptiness.CONFLICT if choose(rung.groups, None, people, Limits()) else Emptiness.ROSTER


def parse_ladder(table: Mapping[str, Any]) -> Ladder:
    """Reads the `[ladder]` table of the protocol file; raises BadLadder naming every fault."""
    faults: list[str] = []
    parsed: dict[str, Steps] = {}
    names = [*(level.value for level in Level), *([_COUNSELLOR] if _COUNSELLOR in table else [])]
    for name in names:
        try:
            parsed[name] = _parse_steps(table[name])
        except (KeyError, ValueError, TypeError) as fault:
            faults.append(f"ladder.{name}: {fault}")
    if faults:
        raise BadLadder("; ".join(faults))
    source = json.dumps({name: table[name] for name in names}, sort_keys=True)
    levels = {level: parsed[level.value] for level in Level}
    return Ladder(sha256(source.encode()).hexdigest()[:16], source, levels, parsed.get(_COUNSELLOR))


def parse_ladder_source(source: str) -> Ladder:
    """Reads a ladder back from the source a dispatch was frozen to."""
    return parse_ladder(json.loads(source))


def _parse_steps(table: Mapping[str, Any]) -> Steps:
    rungs = tuple(map(_parse_rung, table["rungs"]))
    means = tuple(Means(name) for name in table["means"])
    if not rungs or not means or not all(rung.groups for rung in rungs):
        raise ValueError("needs at least one rung, one group in each and one means")
    if Group.EVERYBODY not in rungs[-1].groups:
        raise ValueError("the last rung must ring everybody: it repeats for ever")
    if rungs[-1].most is not None:
        raise ValueError("the last rung must ring everybody at once: nobody is left to ring the others")
    contact, answer, follow_up = (_positive(table[name]) for name in ("contact_s", "answer_s", "follow_up_s"))
    return Steps(rungs, means, contact, answer, follow_up, _positive(table.get("confirm_s", _CONFIRM_S)))


def _parse_rung(table: Mapping[str, Any]) -> Rung:
    most = table.get("most")
    if most is not None and (not isinstance(most, int) or most < 1):
        raise ValueError("most must be a whole number from 1 on")
    return Rung(tuple(Group(name) for name in table["ring"]), _positive(table["wait_s"]), most)


def _positive(seconds: int) -> timedelta:
    if seconds <= 0:
        raise ValueError("seconds must be positive")
    return timedelta(seconds=seconds)


def _climb(standing: Standing, count: int) -> tuple[int, int]:
    if standing.rung + 1 < count:
        return standing.rung + 1, standing.round
    return count - 1, standing.round + 1
