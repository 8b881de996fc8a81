"""The roster: who is on duty at a moment and where the holes are, against a count minute by minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from triage.roster import Gap, Shift, gaps
from triage.states import Duty

START = datetime(2026, 3, 9, tzinfo=UTC)
MINUTES = 60


def minute(number: int) -> datetime:
    """The n-th minute."""
    return START + timedelta(minutes=number)


SHIFTS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(Duty), st.integers(-20, 80), st.integers(1, 40)).map(
        lambda parts: Shift(parts[0], parts[1], minute(parts[2]), minute(parts[2] + parts[3]))
    ),
    max_size=10,
)


def on_duty(shifts: list[Shift], duty: Duty, moment: datetime) -> bool:
    """The plain question, asked of every shift."""
    return any(shift.duty is duty and shift.starts_at <= moment < shift.ends_at for shift in shifts)


@given(SHIFTS, st.sampled_from(Duty))
def test_the_gaps_are_those_of_a_count_minute_by_minute(shifts: list[Shift], duty: Duty) -> None:
    found = gaps(shifts, duty, (minute(0), minute(MINUTES)))
    for number in range(MINUTES):
        in_gap = [gap for gap in found if gap.starts_at <= minute(number) < gap.ends_at]
        assert len(in_gap) == (not on_duty(shifts, duty, minute(number)))


@given(SHIFTS, st.sampled_from(Duty))
def test_gaps_come_in_order_and_do_not_touch(shifts: list[Shift], duty: Duty) -> None:
    found = gaps(shifts, duty, (minute(0), minute(MINUTES)))
    assert all(gap.starts_at < gap.ends_at for gap in found)
    assert all(one.ends_at < other.starts_at for one, other in zip(found, found[1:], strict=False))


def test_a_shift_begins_at_its_first_instant_and_is_over_at_its_last() -> None:
    shift = Shift("a", Duty.FIRST, minute(0), minute(10))
    assert [shift.covers(minute(n)) for n in (-1, 0, 9, 10)] == [False, True, True, False]


def test_a_window_without_shifts_is_one_gap() -> None:
    assert gaps([], Duty.FIRST, (minute(0), minute(9))) == [Gap(Duty.FIRST, minute(0), minute(9))]
