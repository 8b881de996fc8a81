"""Who is rung, in which order: conflicts are absolute, wishes order, load is shared, nobody is left out for ever."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.test_ladder import LADDER, LEVELS, NOW, PEOPLE
from triage.choosing import Group, Limits, Wish, choose
from triage.ladder import Emptiness, Ladder, Standing, Step, next_step
from triage.protocol import Level
from triage.roster import Person
from triage.states import CasePart, Duty, Gender, Role

FIRST, SECOND = frozenset({Duty.FIRST}), frozenset({Duty.SECOND})
NO_LIMITS = Limits()
IDS = st.frozensets(st.integers(0, 30).map(lambda n: f"s{n}"))


def companion(name: str, duties: frozenset[Duty] = FIRST, **more: object) -> Person:
    """A companion."""
    return Person(name, name.upper(), Role.COMPANION, duties, **more)  # type: ignore[arg-type]


def walk(people: list[Person], limits: Limits = NO_LIMITS, level: Level = Level.HIGH, count: int = 8) -> list[Step]:
    """The steps of a report that nobody takes, with what was asked kept."""
    rung, round_, asked, found = -1, 0, frozenset(limits.asked), []
    for _ in range(count):
        now = Limits(limits.excluded, limits.wish, asked, limits.passed, limits.preferred)
        step = next_step(Standing(level, rung, round_, now), LADDER, people, NOW)
        rung, round_ = step.rung, step.round
        asked |= {one.person.staff_id for one in step.people}
        found.append(step)
    return found


def rung(step: Step) -> list[str]:
    """Whom a step rings, in order."""
    return [one.person.staff_id for one in step.people]


@given(LEVELS, PEOPLE, IDS)
def test_whoever_is_excluded_is_never_offered_anything_on_any_rung(
    level: Level, people: list[Person], shut_out: frozenset[str]
) -> None:
    for step in walk(people, Limits(excluded=shut_out), level):
        assert shut_out.isdisjoint(rung(step))


@given(LEVELS, PEOPLE)
def test_everybody_who_works_is_rung_before_the_ladder_repeats_twice(level: Level, people: list[Person]) -> None:
    everybody = {one.staff_id for one in people if one.role is not Role.AUDITOR}
    assert {staff_id for step in walk(people, level=level) for staff_id in rung(step)} == everybody


@given(PEOPLE, st.sampled_from(Gender))
def test_a_wish_that_shuts_out_lets_no_known_other_through(people: list[Person], gender: Gender) -> None:
    mixed = [
        Person(one.staff_id, one.code, one.role, one.duties, gender=list(Gender)[n % 2]) for n, one in enumerate(people)
    ]
    for step in walk(mixed, Limits(wish=Wish(gender, only=True))):
        assert all(one.person.gender is gender for one in step.people)


def test_a_wish_orders_and_shuts_out_only_when_it_says_only() -> None:
    people = [companion("a", gender=Gender.MAN), companion("b"), companion("c", gender=Gender.WOMAN, open_reports=4)]
    ordered = choose([Group.FIRST], None, people, Limits(wish=Wish(Gender.WOMAN)))
    assert [one.person.staff_id for one in ordered] == ["c", "a", "b"]
    only = choose([Group.FIRST], None, people, Limits(wish=Wish(Gender.WOMAN, only=True)))
    assert [one.person.staff_id for one in only] == ["c", "b"]


def test_a_language_weighs_more_than_a_gender() -> None:
    minang = companion("a", gender=Gender.MAN, languages=frozenset({"id", "min"}))
    people = [companion("b", gender=Gender.WOMAN), minang]
    found = choose([Group.FIRST], None, people, Limits(wish=Wish(Gender.WOMAN, language="min")))
    assert [one.person.staff_id for one in found] == ["a", "b"]


def test_the_load_is_shared_and_then_the_longest_idle_comes_first() -> None:
    early, late = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    people = [
        companion("a", open_reports=1),
        companion("b", last_offered_at=late),
        companion("c", last_offered_at=early),
        companion("d"),
    ]
    assert [one.person.staff_id for one in choose([Group.FIRST], None, people, Limits())] == ["d", "c", "b", "a"]


def test_of_several_first_one_is_rung_and_the_others_with_the_next_rung() -> None:
    people = [companion("a"), companion("b"), companion("c", SECOND), companion("d", frozenset())]
    steps = walk(people)
    assert [sorted(rung(step)) for step in steps[:3]] == [["a"], ["b", "c"], ["a", "b", "c", "d"]]


def test_who_said_no_is_rung_again_only_with_everybody() -> None:
    people = [companion("a"), companion("b", SECOND), companion("c", frozenset())]
    steps = walk(people, Limits(passed=frozenset({"a"})))
    assert ["a" in rung(step) for step in steps[:4]] == [False, False, True, True]
    assert steps[0].skipped == (), "the roster was not empty"


def test_who_knows_the_caller_is_asked_with_the_first_rung_if_she_is_on_duty() -> None:
    people = [companion("a"), companion("b", SECOND), companion("c", frozenset())]
    assert rung(walk(people, Limits(preferred="b"))[0]) == ["b", "a"]
    assert rung(walk(people, Limits(preferred="c"))[0]) == ["a"]
    assert rung(walk(people, Limits(preferred="b", excluded=frozenset({"b"})))[0]) == ["a"]


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(excluded=frozenset({"a"})), Emptiness.CONFLICT),
        (Limits(wish=Wish(Gender.WOMAN, only=True)), Emptiness.WISH),
    ],
)
def test_a_step_says_why_there_was_nobody(limits: Limits, why: Emptiness) -> None:
    step = walk([companion("a", FIRST | SECOND, gender=Gender.MAN)], limits)[0]
    assert (step.no_cover, step.empty) == (True, why)
    assert walk([], limits)[0].empty is Emptiness.ROSTER


def test_a_counsellor_is_sought_among_counsellors_first() -> None:
    people = [companion("a"), Person("k", "K", Role.COUNSELLOR), Person("p", "P", Role.PSYCHOLOGIST)]
    step = next_step(Standing(Level.HIGH, part=CasePart.COUNSELLOR), LADDER, people, NOW)
    assert rung(step) == ["k"]
    without = Ladder(LADDER.version, LADDER.source, LADDER.levels)
    assert rung(next_step(Standing(Level.HIGH, part=CasePart.COUNSELLOR), without, people, NOW)) == ["a"]
