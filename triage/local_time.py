"""Local times of a unit as moments: also those that the clock of the unit skips or shows twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def moment_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The UTC moment of a time as it is written: with its own offset, or on the clock of `zone` if it has none.

    A time that the clock shows twice is the first of the two. A time that the clock skips becomes the first instant
    after the skip: plain conversion would put such boundaries out of order (dispatch.md, E6).
    """
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    before = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if before.astimezone(zone).replace(tzinfo=None) == local:
        return before
    after = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _change_between(min(before, after), max(before, after), zone)


def _change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The instant, to the second, at which the offset of `zone` changes."""
    offset = early.astimezone(zone).utcoffset()
    while late - early > _SECOND:
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
