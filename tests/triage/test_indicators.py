"""Figures agree with a plain calculation over single reports, whatever these are."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.events import Channel
from triage.indicators import BadTargets, Measure, Tally, figures, nearest_rank, parse_targets
from triage.protocol import Level

TABLE = {level.value: {"acknowledge_s": 120, "contact_s": 300, "close_s": 3600} for level in Level}
TARGETS = parse_targets(TABLE)
KINDS = st.tuples(st.sampled_from(Level), st.sampled_from(Channel))
SINGLE = st.tuples(KINDS, st.one_of(st.none(), st.integers(0, 400)), st.booleans())


@given(st.lists(st.integers(0, 50), min_size=1), st.sampled_from([0.5, 0.9, 0.99]))
def test_a_nearest_rank_is_the_smallest_number_that_enough_do_not_exceed(numbers: list[int], share: float) -> None:
    expected = sorted(numbers)[max(0, math.ceil(round(share * len(numbers), 9)) - 1)]
    assert nearest_rank(Counter(numbers), share) == expected


def test_nothing_has_no_rank() -> None:
    assert nearest_rank({}, 0.5) is None


@given(st.lists(SINGLE))
def test_each_row_counts_every_report_of_its_kind_once(
    reports: list[tuple[tuple[Level, Channel], int | None, bool]],
) -> None:
    tallies = []
    for level, channel in {kind for kind, _, _ in reports}:
        mine = [(seconds, late) for kind, seconds, late in reports if kind == (level, channel)]
        done = [seconds for seconds, _ in mine if seconds is not None]
        overdue = sum(seconds is None and late for seconds, late in mine)
        met = sum(seconds <= 120 for seconds in done)
        tallies.append(Tally(level, channel, Measure.ACKNOWLEDGE, len(mine), met, overdue, Counter(done)))
    for row in figures(tallies, TARGETS):
        same = [r for r in reports if row.level in (None, r[0][0]) and row.channel in (None, r[0][1])]
        done = [seconds for _, seconds, _ in same if seconds is not None]
        assert row.count == len(same)
        assert row.max == max(done, default=None)
        assert row.met == sum(seconds <= 120 for seconds in done)
        assert row.met is not None
        assert row.breached is not None
        assert row.met + row.breached + row.waiting == row.count


def test_without_a_target_nothing_is_met_or_breached() -> None:
    targets = parse_targets({level.value: {"acknowledge_s": 1, "contact_s": 1} for level in Level})
    tally = Tally(Level.LOW, Channel.SMS, Measure.CLOSE, 2, 0, 0, {7: 1})
    for row in figures([tally], targets):
        assert (row.met, row.breached, row.waiting, row.p50, row.target_s) == (None, None, 1, 7, None)


@pytest.mark.parametrize("wrong", [0, -1, "120", 1.5, True, None])
def test_a_target_is_a_whole_number_of_seconds(wrong: object) -> None:
    table = TABLE | {"high": {"acknowledge_s": wrong, "contact_s": 1}, "low": {}}
    with pytest.raises(BadTargets) as refusal:
        parse_targets(table)
    assert "targets.high.acknowledge_s" in str(refusal.value)
    assert "targets.low.contact_s" in str(refusal.value)
