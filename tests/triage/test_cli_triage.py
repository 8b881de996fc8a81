"""The command line as others call it: JSON Lines in, JSON Lines out, in order, whatever comes in."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(source: bytes, *options: str, **settings: str) -> tuple[int, list[dict[str, object]]]:
    """Exit code and answers of `python -m triage`."""
    command = [sys.executable, "-m", "triage", *options]
    environment = {"PATH": os.environ["PATH"], **settings}
    done = subprocess.run(command, input=source, capture_output=True, cwd=ROOT, env=environment, timeout=30)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def line(name: object, *messages: object, channel: str = "whatsapp") -> bytes:
    """One line of input."""
    return json.dumps({"id": name, "messages": messages, "channel": channel}).encode() + b"\n"


def test_every_line_is_answered_in_order_with_all_fields() -> None:
    code, answers = run(line("a", "dia bawa parang, saya takut") + line(7, "p"))
    assert code == 0
    assert [answer["id"] for answer in answers] == ["a", 7]
    assert set(answers[0]) == {
        "id", "level", "complaint", "severity", "immediacy", "score", "factors", "reasons", "version",
    }  # fmt: skip
    assert (answers[0]["level"], answers[0]["severity"]) == ("emergency", "S3")
    assert (answers[1]["level"], answers[1]["immediacy"]) == ("low", "I1")


def test_factors_point_at_the_text() -> None:
    text = "dia bawa parang, saya takut"
    _, answers = run(line("a", "halo", text))
    factors = answers[0]["factors"]
    assert isinstance(factors, list)
    weapon = next(one for one in factors if one["code"] == "WEAPON")
    assert text[weapon["start"] : weapon["end"]] == weapon["text"]
    assert weapon["message"] == 1


def test_a_bad_line_is_named_and_the_rest_goes_on() -> None:
    bad = [
        b"{",
        b"[]",
        b'{"messages":[]}',
        b'{"id":1,"messages":"x"}',
        b'{"id":1,"messages":[1]}',
        b"\xff",
        b"[" * 9999,
        b"",
        b"  ",
        b'{"id":NaN,"messages":[]}',
        b'{"id":-Infinity,"messages":[]}',
        b'{"id":1e999,"messages":[]}',
        b'{"id":{"deep":[Infinity]},"messages":[]}',
    ]
    code, answers = run(b"\n".join(bad) + b"\n" + line("last", "halo"))
    assert code == 1
    assert [answer["id"] for answer in answers] == [None] * len(bad) + ["last"]
    assert all(isinstance(answer["error"], str) for answer in answers[:-1])


def test_an_error_tells_nothing_of_the_person() -> None:
    _, answers = run(b'{"id":"x","messages":"rahasia saya"}\n')
    assert "rahasia" not in json.dumps(answers)


def test_lone_surrogates_and_empty_contacts_are_scored() -> None:
    code, answers = run(b'{"id":1,"messages":["\\ud800 tolong"],"channel":"sms"}\n' + line(2, channel="voice"))
    assert code == 0
    assert [answer["level"] for answer in answers] == ["high", "high"]


def test_explain_adds_one_line_in_two_languages() -> None:
    _, answers = run(line("a", "suami saya mencekik saya"), "--explain")
    explanation = str(answers[0]["explanation"])
    assert explanation.startswith("DARURAT: ")
    assert " / EMERGENCY: " in explanation
    assert "\n" not in explanation


def test_answers_come_line_by_line() -> None:
    command = [sys.executable, "-m", "triage"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(line("first", "halo"))
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["id"] == "first"
        running.stdin.close()
        assert running.wait(10) == 0


def test_the_units_own_protocol_is_used_and_a_bad_one_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = (ROOT / "config" / "protocol.toml").read_text(encoding="utf-8")
    own.write_text(text.replace('version = "2026.1"', 'version = "dumai-1"'), encoding="utf-8")
    _, answers = run(line("a", "p"), PROTOCOL_FILE=str(own))
    assert answers[0]["version"] == "dumai-1"
    own.write_text("", encoding="utf-8")
    assert run(line("a", "p"), PROTOCOL_FILE=str(own)) == (2, [])
