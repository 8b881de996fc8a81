"""The clocks: when the first rung is rung, and by when somebody should have been reached."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.clocks import EVENING, MORNING, after_acceptance, contact_by, first_due
from triage.ladder import Group, Means, Rung, Steps
from triage.protocol import Level
from triage.states import DueKind

DUMAI = ZoneInfo("Asia/Jakarta")
MOMENTS = st.integers(0, 5 * 366 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
STEPS = Steps(
    (Rung((Group.EVERYBODY,), timedelta(minutes=1)),),
    (Means.MESSAGE,),
    timedelta(minutes=10),
    timedelta(days=1),
    timedelta(days=2),
    timedelta(minutes=2),
)


@given(MOMENTS, ZONES, st.sampled_from([Level.EMERGENCY, Level.HIGH, Level.MEDIUM]))
def test_nothing_but_a_plain_question_ever_waits(now: datetime, zone: ZoneInfo, level: Level) -> None:
    assert first_due(level, now, zone) == now


@given(MOMENTS, ZONES)
def test_a_plain_question_waits_for_the_next_morning_of_the_unit(now: datetime, zone: ZoneInfo) -> None:
    due = first_due(Level.LOW, now, zone)
    if MORNING <= now.astimezone(zone).time() < EVENING:
        assert due == now
    else:
        assert now < due <= now + timedelta(hours=12)
        assert due.astimezone(zone).time() >= MORNING


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2026-03-10 02:00", "2026-03-10 07:00"),
        ("2026-03-10 06:59", "2026-03-10 07:00"),
        ("2026-03-10 07:00", "2026-03-10 07:00"),
        ("2026-03-10 20:59", "2026-03-10 20:59"),
        ("2026-03-10 21:00", "2026-03-11 07:00"),
        ("2026-12-31 23:59", "2027-01-01 07:00"),
    ],
)
def test_the_night_in_dumai_ends_at_seven(written: str, due: str) -> None:
    local = datetime.fromisoformat(written).replace(tzinfo=DUMAI)
    expected = datetime.fromisoformat(due).replace(tzinfo=DUMAI)
    assert first_due(Level.LOW, local.astimezone(UTC), DUMAI) == expected


@given(MOMENTS)
def test_a_holder_is_reminded_at_half_time(now: datetime) -> None:
    due, kind = after_acceptance(STEPS, now)
    assert (due, kind) == (now + timedelta(minutes=5), DueKind.REMIND_HOLDER)
    assert contact_by(STEPS, now) == now + timedelta(minutes=10)
