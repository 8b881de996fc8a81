"""Who of a group is rung, and in which order: conflicts shut out, wishes come first, load is shared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from triage.roster import Person
from triage.states import Duty, Gender, Role


class Group(StrEnum):
    """Whom a rung rings."""

    FIRST = "first"
    SECOND = "second"
    COMPANIONS = "companions"
    COUNSELLORS = "counsellors"
    HEAD = "head"
    EVERYBODY = "everybody"


@dataclass(frozen=True)
class Wish:
    """What the caller would like. `only`: nobody known to be of another gender is offered it until she agrees."""

    gender: Gender | None = None
    only: bool = False
    language: str | None = None

    def suits(self, person: Person) -> bool:
        """False only where the wish forbids; who has no gender in the books is offered it after those who have."""
        return not self.only or person.gender in (None, self.gender)

    def misses(self, person: Person) -> int:
        """How far a person is from what was wished: 0 is just right."""
        other = self.gender is not None and person.gender is not self.gender
        foreign = self.language is not None and self.language not in person.languages
        return 2 * foreign + other


@dataclass(frozen=True)
class Limits:
    """What holds for one report: `excluded` never (a conflict of interest); `passed` said no and come last.

    `asked` were offered it before; `preferred` held an earlier report of this caller.
    """

    excluded: frozenset[str] = frozenset()
    wish: Wish = Wish()
    asked: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    preferred: str | None = None

    def allow(self, person: Person) -> bool:
        """Whether this person may be offered the report at all."""
        return person.staff_id not in self.excluded and self.wish.suits(person)


@dataclass(frozen=True)
class Chosen:
    """A person to offer to, and why she: what a supervisor reads in the audit."""

    person: Person
    why: str


def choose(groups: Iterable[Group], most: int | None, people: Iterable[Person], limits: Limits) -> tuple[Chosen, ...]:
    """The members of the groups in the order in which they are to be rung, of each group at most `most`."""
    allowed = sorted((person for person in people if limits.allow(person)), key=lambda one: _order(one, limits))
    found: dict[str, Chosen] = {}
    for group in groups:
        for person in [one for one in allowed if belongs(one, group)][:most]:
            found.setdefault(person.staff_id, Chosen(person, _reason(person, group, limits)))
    return tuple(found.values())


def preferred_too(chosen: Sequence[Chosen], people: Iterable[Person], limits: Limits) -> tuple[Chosen, ...]:
    """With whoever held an earlier report of this caller, if she is on duty; nobody waits for her alone."""
    there = {one.person.staff_id for one in chosen}
    known = [
        Chosen(person, f"knows the caller; load {person.open_reports}")
        for person in people
        if person.staff_id == limits.preferred and person.staff_id not in there | limits.passed
        if person.duties and limits.allow(person)
    ]
    return (*known, *chosen)


def belongs(person: Person, group: Group) -> bool:
    """Whether a person is a member of a group now; an auditor only looks, whatever the roster says."""
    if person.role is Role.AUDITOR:
        return False
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
            return True


def _order(person: Person, limits: Limits) -> tuple[int, bool, int, float, str]:
    """Her wish, then who knows her, then the least load, then the longest idle (dispatch.md 5.11)."""
    idle_since = person.last_offered_at.timestamp() if person.last_offered_at else 0.0
    known = person.staff_id == limits.preferred
    return limits.wish.misses(person), not known, person.open_reports, idle_since, person.staff_id


def _reason(person: Person, group: Group, limits: Limits) -> str:
    known = "; knows the caller" if person.staff_id == limits.preferred else ""
    far = "; not as wished" if limits.wish.misses(person) else ""
    return f"{group.value}; load {person.open_reports}{known}{far}"
