"""Pace, surge and flood: ceilings for repeats, a crowd that does not flicker, and redialling that raises."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.test_ladder import LADDER
from triage.house_rules import BadRules, parse_house_rules
from triage.ladder import Means
from triage.pace import Heard
from triage.protocol import Level
from triage.surge import Crowd

TABLES = tomllib.loads(Path("config/protocol.toml").read_text(encoding="utf-8"))
RULES = parse_house_rules(TABLES, LADDER)
NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
DUMAI = ZoneInfo("Asia/Jakarta")


@given(st.sampled_from(Level), st.integers(0, 20))
def test_the_first_notice_to_a_person_is_never_held_back(level: Level, round_: int) -> None:
    assert not RULES.pace.is_repeat(level, round_, was_asked=False)


@pytest.mark.parametrize(("level", "free_rounds"), [(Level.EMERGENCY, 2), (Level.HIGH, 1), (Level.LOW, 1)])
def test_an_emergency_rings_two_rounds_before_anything_is_bundled(level: Level, free_rounds: int) -> None:
    repeats = [RULES.pace.is_repeat(level, round_, was_asked=True) for round_ in range(4)]
    assert repeats == [False] * free_rounds + [True] * (4 - free_rounds)


@pytest.mark.parametrize(
    ("means", "heard", "allowed"),
    [
        (Means.CALL, Heard(2, 6), True),
        (Means.CALL, Heard(3, 3), False),
        (Means.CALL, Heard(0, 7), False),
        (Means.MESSAGE, Heard(4, 10), True),
        (Means.MESSAGE, Heard(5, 5), False),
        (Means.MESSAGE, Heard(0, 11), False),
    ],
)
def test_the_ceilings_are_those_of_the_file(means: Means, heard: Heard, allowed: bool) -> None:
    assert RULES.pace.allows(means, heard) is allowed


@given(st.integers(0, 50), st.integers(0, 50))
def test_a_crowd_is_more_waiting_than_free(waiting: int, free: int) -> None:
    crowded = RULES.surge.is_crowded(Crowd(waiting, free))
    assert crowded == (waiting >= 2 and waiting > free)
    assert not RULES.surge.is_crowded(Crowd(1, 0)), "one report in an empty night is the ladder's business"


@given(st.integers(0, 3600), st.integers(0, 9), st.integers(0, 9))
def test_surge_ends_only_after_a_calm_while(seconds: int, waiting: int, free: int) -> None:
    over = RULES.surge.is_over(Crowd(waiting, free), NOW, NOW + timedelta(seconds=seconds))
    assert over == (not RULES.surge.is_crowded(Crowd(waiting, free)) and seconds >= 600)


@given(st.sampled_from(Level), st.integers(0, 24 * 60))
def test_what_is_booked_keeps_the_promise_and_danger_is_never_booked(level: Level, minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    at = RULES.surge.booked_at(level, now, DUMAI)
    if level in (Level.EMERGENCY, Level.HIGH):
        assert at is None
    else:
        assert at is not None
        assert now < at < now + LADDER.levels[level].answer_within


@given(st.sampled_from(Level), st.integers(0, 30))
def test_redialling_raises_by_one_and_never_lowers(level: Level, before: int) -> None:
    raised = RULES.flood.raised(level, before)
    step = 1 if before >= 3 else 0
    assert raised.rank == min(level.rank + step, Level.EMERGENCY.rank)


def changed(table: str, **values: Any) -> dict[str, Any]:
    """The tables of the file with something else in one of them."""
    return TABLES | {table: TABLES[table] | values}


BAD: dict[str, Callable[[], dict[str, Any]]] = {
    "pace": lambda: changed("pace", voice_quarter=0),
    "pace: 'written_hour'": lambda: (
        TABLES | {"pace": {name: value for name, value in TABLES["pace"].items() if name != "written_hour"}}
    ),
    "surge: emergency": lambda: changed("surge", book_s={"emergency": 60}),
    "surge: booked after": lambda: changed("surge", book_s={"medium": 21600}),
    "surge: True": lambda: changed("surge", over=True),
    "flood: a first": lambda: changed("flood", redials=1),
    "flood: 'flood'": lambda: {name: value for name, value in TABLES.items() if name != "flood"},
}


@pytest.mark.parametrize("fault", BAD)
def test_an_incoherent_table_is_refused_by_name(fault: str) -> None:
    with pytest.raises(BadRules, match=fault):
        parse_house_rules(BAD[fault](), LADDER)
