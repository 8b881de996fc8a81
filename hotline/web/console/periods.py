"""The period a page speaks of: whole days of the unit's calendar, both ends included, as a half-open window in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DEFAULT_DAYS = 30
_MOST_DAYS = 3660


class BadPeriod(ValueError):
    """A day that is none, or an end before its start."""


@dataclass(frozen=True)
class Period:
    """From the first moment of `first` to the last of `last`, on the clock of `zone`."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def window(self) -> tuple[datetime, datetime]:
        """The same as [start, end) in UTC."""
        end = self.last + timedelta(days=1)
        return _midnight(self.first, self.zone), _midnight(end, self.zone)

    @property
    def query(self) -> dict[str, str]:
        """The same as the parameters of a page."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def period_of(asked: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Period:
    """The period that the parameters `from` and `to` name, else the last 30 days. Raises BadPeriod."""
    today = now.astimezone(zone).date()
    last = _day(asked.get("to")) or today
    first = _day(asked.get("from")) or last - timedelta(days=DEFAULT_DAYS - 1)
    if not timedelta(0) <= last - first <= timedelta(days=_MOST_DAYS) or last.year > 9000:
        raise BadPeriod
    return Period(first, last, zone)


def last_days(days: int, now: datetime, zone: ZoneInfo) -> Period:
    """The last so many days, today included."""
    today = now.astimezone(zone).date()
    return Period(today - timedelta(days=days - 1), today, zone)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadPeriod from None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
