"""`python -m triage evaluate`: figures for a person and as JSON, what costs most first, and clear refusals."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.triage.workbench.test_workbench_figures import Answer
from triage.protocol import Level, default_protocol
from triage.urgency import Conversation
from triage.workbench import command
from triage.workbench.danger import has_danger_word
from triage.workbench.evaluation import Judged, evaluate
from triage.workbench.labelled import Labelled
from triage.workbench.misses import misses, shortened
from triage.workbench.monotony import monotony
from triage.workbench.reliability import reliability

ROWS = (
    ("a", ["suami saya bawa pisau ke kamar, dia mau bunuh saya"], "emergency"),
    ("b", ["lampu mati lagi ya pak? salah sambung, ini nomor PLN?"], "low"),
    ("c", ["saya mau tanya syarat akta lahir bu"], "emergency"),
)


def conversation(*messages: str) -> Conversation:
    return Conversation(messages)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "v99.jsonl"
    lines = (json.dumps({"id": name, "messages": messages, "level": level}) for name, messages, level in ROWS)
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_figures_are_those_of_the_file(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run([str(corpus), "--json", "--quick", "--by", "voice"], default_protocol()) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["all"]["total"] == 3
    assert (found["all"]["recall"]["hits"], found["all"]["recall"]["trials"]) == (1, 2)
    assert found["by"]["voice"]["v99"] == found["all"]


def test_a_person_reads_tables_and_the_dearest_miss(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run([str(corpus), "--misses", "1"], default_protocol()) == 0
    said = capsys.readouterr().out
    assert "robustness" in said
    assert "typos 6 %" in said
    assert "split at spaces" in said
    assert said.index("wrong levels") < said.index("c  emergency ->")


def test_what_cannot_be_read_is_named_and_nothing_at_all_is_2(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{\n" * 9)
    assert command.run([str(corpus), str(broken), "--quick"], default_protocol()) == 1
    assert "and 4 lines more" in capsys.readouterr().err
    assert command.run([str(broken)], default_protocol()) == 2
    assert "nothing to evaluate" in capsys.readouterr().err


def test_an_unknown_part_is_refused_before_work_begins(corpus: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        command.run([str(corpus), "--by", "moon"], default_protocol())
    assert refused.value.code == 2


def test_it_runs_from_the_command_line(corpus: Path) -> None:
    asked = [sys.executable, "-m", "triage", "evaluate", str(corpus), "--quick"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60)
    assert "3 conversations" in answer.stdout


def test_the_dearest_mistakes_come_first() -> None:
    made = [Judged(Labelled(f"{label}-{got}", conversation("x"), label), got, True) for label in Level for got in Level]
    order = [one.item.name for one in misses(made)]
    assert order[:2] == ["emergency-low", "high-low"]
    assert len(order) == 12


def test_a_long_text_is_cut_to_one_line() -> None:
    assert shortened(["a\nb", "c" * 300]) == "a b / " + "c" * 153 + "…"


def test_a_scorer_that_forgets_is_caught() -> None:
    def by_length(heard: Conversation) -> Answer:
        return Answer(Level.LOW if sum(map(len, heard.messages)) > 6 else Level.HIGH)

    judged = evaluate([Labelled("a", conversation("halo"), Level.HIGH)], by_length).judged
    lowered = {one.change: one.lowered for one in monotony(judged, by_length, 1)}
    assert lowered["text behind"] == lowered["text before"] == lowered["text as a bubble"] == ("a",)
    assert lowered["split at spaces"] == ()


def test_probabilities_fall_into_ten_bins() -> None:
    said = {"a": 0.05, "b": 0.95, "c": 1.0, "d": None}
    items = [Labelled(name, conversation(name), Level.EMERGENCY if name == "b" else Level.LOW) for name in said]
    bins = reliability(items, lambda heard: said[heard.messages[0]])
    assert [one.emergencies.trials for one in bins] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert bins[9].emergencies.hits == 1
    assert bins[9].mean == pytest.approx(0.975)


@pytest.mark.parametrize("wrong", [-0.1, 1.1])
def test_what_is_no_probability_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        reliability([Labelled("a", conversation("x"), Level.LOW)], lambda _heard: wrong)


@pytest.mark.parametrize(("text", "named"), [("dia bawa pisau", True), ("jadwal konseling jam berapa", False)])
def test_words_of_danger_are_found(text: str, named: bool) -> None:
    assert has_danger_word([text]) is named
