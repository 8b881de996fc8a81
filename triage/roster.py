"""Who is on duty at a moment, and where the roster has holes: pure functions over shifts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from triage.states import Duty, Gender, Role


@dataclass(frozen=True)
class Shift:
    """One person's duty over the half-open interval [starts_at, ends_at), both aware UTC moments."""

    staff_id: str
    duty: Duty
    starts_at: datetime
    ends_at: datetime

    def covers(self, moment: datetime) -> bool:
        """True from the first instant of the shift up to, not including, its end."""
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True)
class Person:
    """A staff member as the ladder sees her: no name, no number.

    `open_reports` is her load now: what she holds and what she is being asked for. `languages` are those she speaks.
    """

    staff_id: str
    code: str
    role: Role
    duties: frozenset[Duty] = frozenset()
    open_reports: int = 0
    last_offered_at: datetime | None = None
    gender: Gender | None = None
    languages: frozenset[str] = frozenset({"id"})


@dataclass(frozen=True)
class Gap:
    """A stretch [starts_at, ends_at) in which nobody has the duty."""

    duty: Duty
    starts_at: datetime
    ends_at: datetime


def gaps(shifts: Iterable[Shift], duty: Duty, window: tuple[datetime, datetime]) -> list[Gap]:
    """The holes of one duty in the half-open `window`, in order; a sweep over the shifts sorted by start."""
    start, end = window
    covered_until, holes = start, []
    for shift in sorted((s for s in shifts if s.duty == duty), key=lambda s: s.starts_at):
        if shift.ends_at <= covered_until or shift.starts_at >= end:
            continue
        if shift.starts_at > covered_until:
            holes.append(Gap(duty, covered_until, shift.starts_at))
        covered_until = shift.ends_at
    if covered_until < end:
        holes.append(Gap(duty, covered_until, end))
    return holes
