"""The ladder: it has no end, skips what is empty, and always says when we look again."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.choosing import Limits
from triage.ladder import BadLadder, Group, Means, Standing, Step, next_step, parse_ladder, parse_ladder_source
from triage.protocol import Level
from triage.roster import Person
from triage.states import Duty, Role

TABLE = tomllib.loads(Path("config/protocol.toml").read_text(encoding="utf-8"))["ladder"]
LADDER = parse_ladder(TABLE)
NOW = datetime(2026, 3, 9, 19, 0, tzinfo=UTC)
LEVELS = st.sampled_from(Level)
PEOPLE = st.lists(
    st.builds(
        Person,
        staff_id=st.integers(0, 30).map(lambda n: f"s{n}"),
        code=st.just("P"),
        role=st.sampled_from(Role),
        duties=st.frozensets(st.sampled_from(Duty)),
        open_reports=st.integers(0, 5),
    ),
    unique_by=lambda person: person.staff_id,
    max_size=12,
)


def steps(level: Level, people: list[Person], count: int = 9) -> list[Step]:
    """The first so many steps of a report that nobody takes."""
    standing, found = Standing(level), []
    for _ in range(count):
        found.append(next_step(standing, LADDER, people, NOW))
        standing = Standing(level, found[-1].rung, found[-1].round)
    return found


@given(LEVELS, PEOPLE)
def test_there_is_always_a_next_time_and_it_is_never_far(level: Level, people: list[Person]) -> None:
    for step in steps(level, people):
        assert NOW < step.next_due_at <= NOW + LADDER.longest_wait(level)


@given(LEVELS, PEOPLE)
def test_it_never_climbs_down_and_repeats_the_last_rung_for_ever(level: Level, people: list[Person]) -> None:
    found, last = steps(level, people), len(LADDER.levels[level].rungs) - 1
    assert [step.rung for step in found] == sorted(step.rung for step in found)
    assert all(step.rung == last for step in found[last:])
    rounds = [step.round for step in found[last:]]
    assert rounds == list(range(rounds[0], rounds[0] + len(rounds)))


@given(LEVELS, PEOPLE)
def test_an_empty_rung_is_skipped_unless_nobody_is_there_at_all(level: Level, people: list[Person]) -> None:
    for step in steps(level, people):
        assert step.no_cover == (not step.people)
        assert step.no_cover <= all(person.role is Role.AUDITOR for person in people)
        assert set(step.skipped).isdisjoint({step.rung})


@given(LEVELS, PEOPLE, st.frozensets(st.integers(0, 30).map(lambda n: f"s{n}")))
def test_nobody_is_rung_twice_in_a_step_and_nobody_excluded(
    level: Level, people: list[Person], excluded: frozenset[str]
) -> None:
    step = next_step(Standing(level, limits=Limits(excluded=excluded)), LADDER, people, NOW)
    rung = [chosen.person.staff_id for chosen in step.people]
    assert len(rung) == len(set(rung))
    assert excluded.isdisjoint(rung)


@given(PEOPLE)
def test_the_last_rung_rings_everybody_but_auditors(people: list[Person]) -> None:
    last = steps(Level.EMERGENCY, people)[-1]
    everybody = {person.staff_id for person in people if person.role is not Role.AUDITOR}
    assert {chosen.person.staff_id for chosen in last.people} == everybody


@given(PEOPLE)
def test_the_less_loaded_of_one_rung_comes_first(people: list[Person]) -> None:
    idle = [Person(p.staff_id, p.code, Role.COMPANION, p.duties, p.open_reports) for p in people]
    step = next_step(Standing(Level.HIGH, rung=1), LADDER, idle, NOW)
    loads = [chosen.person.open_reports for chosen in step.people]
    assert loads == sorted(loads)


def test_an_emergency_climbs_at_two_five_and_eight_minutes_and_rings_phones() -> None:
    waits = [rung.wait_within for rung in LADDER.levels[Level.EMERGENCY].rungs]
    assert [sum(waits[:n], timedelta()) for n in (1, 2, 3)] == [timedelta(minutes=m) for m in (2, 5, 8)]
    assert LADDER.levels[Level.EMERGENCY].means == (Means.MESSAGE, Means.CALL)


def test_a_ladder_comes_back_from_its_own_source() -> None:
    again = parse_ladder_source(LADDER.source)
    assert (again.version, again.levels) == (LADDER.version, LADDER.levels)


GOOD = TABLE["low"]
BAD = {
    "no rungs": GOOD | {"rungs": []},
    "no means": GOOD | {"means": []},
    "an end": GOOD | {"rungs": [{"ring": ["first"], "wait_s": 60}]},
    "an unknown group": GOOD | {"rungs": [{"ring": ["nobody"], "wait_s": 60}]},
    "no wait": GOOD | {"rungs": [{"ring": [Group.EVERYBODY], "wait_s": 0}]},
    "no contact": {name: value for name, value in GOOD.items() if name != "contact_s"},
    "a text for seconds": GOOD | {"contact_s": "soon"},
}


@pytest.mark.parametrize("fault", BAD)
def test_an_incoherent_ladder_is_refused_by_the_name_of_its_level(fault: str) -> None:
    with pytest.raises(BadLadder, match="ladder.low"):
        parse_ladder(TABLE | {"low": BAD[fault]})
