"""The workbench counts right: exact intervals, a confusion that sums up, bad lines named, chance that repeats."""

from dataclasses import dataclass
from math import comb
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.protocol import Level
from triage.urgency import Conversation
from triage.workbench.disturbances import DISTURBANCES, disturbed
from triage.workbench.evaluation import evaluate
from triage.workbench.intervals import at_least, clopper_pearson
from triage.workbench.labelled import Labelled, read_files


@dataclass(frozen=True)
class Answer:
    """What a scorer says."""

    level: Level
    complaint: bool = True


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (5, 10, 0.1871, 0.8129), (1, 20, 0.0013, 0.2487), (0, 0, 0.0, 1.0)],
)
def test_intervals_are_those_of_the_tables(hits: int, trials: int, low: float, high: float) -> None:
    assert clopper_pearson(hits, trials) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 60), st.floats(0.001, 0.999), st.data())
def test_the_tail_is_the_sum_of_its_terms(trials: int, p: float, drawn: st.DataObject) -> None:
    hits = drawn.draw(st.integers(0, trials))
    terms = [comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(hits, trials + 1)]
    assert at_least(hits, trials, p) == pytest.approx(sum(terms), abs=1e-9)


@given(st.lists(st.tuples(st.sampled_from(Level), st.sampled_from(Level), st.frozensets(st.sampled_from(Level)))))
def test_the_confusion_sums_up(rows: list[tuple[Level, Level, frozenset[Level]]]) -> None:
    items = [Labelled(str(n), Conversation((got,)), label, True, more) for n, (label, got, more) in enumerate(rows)]
    found = evaluate(items, lambda conversation: Answer(Level(conversation.messages[0])))
    assert sum(found.figures.confusion.values()) == found.figures.total == len(rows)
    assert found.figures.right.hits == sum(got == label or got in more for label, got, more in rows)
    assert sum(part.total for part in found.by(lambda item: item.level).values()) == len(rows)


def test_bad_lines_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    good = b'{"id":"a","messages":["x"],"level":"low"}\n'
    (tmp_path / "v.jsonl").write_bytes(good + b"{\n\n\xff\n[]\n" + good.replace(b"low", b"dire") + good)
    shelf = read_files([tmp_path / "v.jsonl", tmp_path / "none.jsonl"])
    assert [item.voice for item in shelf.items] == ["v", "v"]
    assert [fault.line for fault in shelf.faults] == [2, 4, 5, 6, 0]


@pytest.mark.parametrize("name", DISTURBANCES)
def test_a_disturbance_repeats_with_its_seed(name: str) -> None:
    item = Labelled("a", Conversation(("dia pukul saya, tolong cepat ke sini " * 20,)), Level.HIGH)
    assert disturbed(item, name, 1) == disturbed(item, name, 1) != item.conversation.messages
