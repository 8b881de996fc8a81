"""Local times become moments in order, also where the clock of a zone jumps."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.local_time import moment_of

ZONES = [
    "Asia/Jakarta",
    "Asia/Makassar",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
]


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - times as they are written on a roster
    st.timedeltas(timedelta(0), timedelta(hours=4)),
    st.sampled_from(ZONES),
)
def test_later_on_the_clock_is_never_earlier_outside_the_hour_shown_twice(
    local: datetime, more: timedelta, name: str
) -> None:
    zone = ZoneInfo(name)
    first, second = moment_of(local, zone), moment_of(local + more, zone)
    shown_twice = zone.utcoffset(local) != zone.utcoffset(local.replace(fold=1))
    assert first <= second or shown_twice


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-03-10T08:00", "Asia/Jakarta", "2026-03-10T01:00"),
        ("2026-03-10T08:00+08:00", "Asia/Jakarta", "2026-03-10T00:00"),
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:00"),
        ("2026-03-29T02:00", "Europe/Berlin", "2026-03-29T01:00"),
        ("2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00"),
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30"),
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:30"),
    ],
)
def test_times_as_they_are_written(text: str, zone: str, moment: str) -> None:
    expected = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert moment_of(datetime.fromisoformat(text), ZoneInfo(zone)) == expected
