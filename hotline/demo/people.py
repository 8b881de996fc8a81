"""Invented people: the staff of the sample unit, its roster, and the callers; no number can be in service."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from triage.states import Duty, Role

DAYS = 14


@dataclass(frozen=True)
class Member:
    """A staff member of the sample unit."""

    name: str
    role: Role
    phone: str

    @property
    def username(self) -> str:
        """The name of her sample login."""
        return self.name.split()[0].lower()


def _phone(number: int) -> str:
    return f"+6281100000{number:03d}"


_ROLES = (
    *[("Melati Satu", Role.COMPANION), ("Kenanga Dua", Role.COMPANION), ("Cempaka Tiga", Role.COMPANION)],
    *[("Anggrek Empat", Role.COMPANION), ("Dahlia Lima", Role.COMPANION), ("Seroja Enam", Role.COMPANION)],
    *[("Teratai Tujuh", Role.COUNSELLOR), ("Mawar Delapan", Role.COUNSELLOR)],
    *[("Kamboja Sembilan", Role.PSYCHOLOGIST), ("Bakung Sepuluh", Role.PSYCHOLOGIST)],
    *[("Soka Sebelas", Role.SUPERVISOR), ("Wijaya Duabelas", Role.HEAD), ("Lili Tigabelas", Role.AUDITOR)],
)
STAFF = tuple(Member(name, role, _phone(number)) for number, (name, role) in enumerate(_ROLES, 1))
"""The thirteen people of the sample unit: flowers and numbers, so that nobody takes them for real ones."""

COMPANIONS = tuple(member for member in STAFF if member.role is Role.COMPANION)
HEAD = next(member for member in STAFF if member.role is Role.HEAD)
WITH_LOGIN = (*COMPANIONS, *(member for member in STAFF if member.role in (Role.SUPERVISOR, Role.HEAD, Role.AUDITOR)))


def caller_number(number: int) -> str:
    """The number of an invented caller."""
    return f"+6289900000{number:03d}"


@dataclass(frozen=True)
class Turn:
    """One shift of the sample roster, over [starts_at, ends_at) in the unit's own time."""

    first: Member
    second: Member
    starts_at: datetime
    ends_at: datetime


def turns(now: datetime, zone: ZoneInfo) -> list[Turn]:
    """Shifts of eight hours from midnight before `now` on, for two weeks.

    Who has which is counted from the calendar and not from the first start of the demo, so that the same roster comes
    out on every day and can be imported again.
    """
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return _turns(midnight, timedelta(hours=8), DAYS * 3, midnight.toordinal() * 3)


def one_long_night(now: datetime, zone: ZoneInfo) -> list[Turn]:
    """A roster whose first shift began an hour ago, so that nobody is relieved while a night is played."""
    start = (now.astimezone(zone) - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    return _turns(start, timedelta(hours=12), DAYS * 2, 0)


def _turns(start: datetime, length: timedelta, count: int, offset: int) -> list[Turn]:
    firsts = islice(cycle(COMPANIONS), offset % len(COMPANIONS), None)
    seconds = islice(cycle(COMPANIONS), (offset + 1) % len(COMPANIONS), None)
    starts = (start + number * length for number in range(count))
    return [Turn(first, second, at, at + length) for at, first, second in zip(starts, firsts, seconds, strict=False)]


def roster_file(roster: list[Turn]) -> str:
    """The roster as the file that a unit would import."""
    lines = ["phone,duty,starts_at,ends_at"]
    for turn in roster:
        for member, duty in ((turn.first, Duty.FIRST), (turn.second, Duty.SECOND)):
            lines.append(f"{member.phone},{duty},{turn.starts_at.isoformat()},{turn.ends_at.isoformat()}")
    return "\n".join(lines) + "\n"


def on_duty(roster: list[Turn], now: datetime, zone: ZoneInfo) -> Turn:
    """The shift of this moment."""
    here = now.astimezone(zone).replace(tzinfo=None)
    return next(turn for turn in roster if turn.starts_at <= here < turn.ends_at)
