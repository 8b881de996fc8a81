"""What staff write: only the documented forms accept, whatever else is written, and nothing raises."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.answers import ALPHABET, CODE_LENGTH, Answer, StaffAnswer, new_code, read_answer, read_key

CODES = st.text(ALPHABET, min_size=4, max_size=5)
_SAYS_YES = r"(ya|iya|y|yes|terima)"
_FILLED = r"([^0-9a-z]+(kode|code))*"
YES = re.compile(
    rf"[^0-9a-z]*((kode|code)[^0-9a-z]+)*({_SAYS_YES}{_FILLED}([^0-9a-z]+[0-9a-z]{{4,5}})?|"
    rf"[0-9a-z]{{4}}{_FILLED}[^0-9a-z]+{_SAYS_YES}){_FILLED}[^0-9a-z]*"
)


@given(st.text())
def test_no_text_raises_and_only_the_documented_forms_accept(text: str) -> None:
    answer = read_answer(text)
    if answer.answer is Answer.ACCEPT:
        assert YES.fullmatch(text.lower())


@given(CODES, st.sampled_from(["YA", "ya", "Ya", "iya", "TERIMA"]), st.sampled_from([" ", "  ", ": ", "\n", " - "]))
def test_a_yes_with_its_code_is_read_in_any_case_and_punctuation(code: str, word: str, gap: str) -> None:
    for written in (code, code.lower()):
        answer = read_answer(f" {word}{gap}{written}. ")
        assert (answer.answer, answer.code) == (Answer.ACCEPT, code)


@given(CODES, st.sampled_from(["TIDAK", "tidak", "tdk", "gak", "No"]))
def test_a_no_with_its_code_is_a_no(code: str, word: str) -> None:
    assert (read_answer(f"{word} {code}").answer, read_answer(word).answer) == (Answer.DECLINE, Answer.DECLINE)


@pytest.mark.parametrize("text", ["YA kode AXFP", "AXFP ya", "axfp, Ya!", "kode AXFP iya", "ya, code: axfp"])
def test_a_yes_around_its_code_is_read(text: str) -> None:
    assert read_answer(text) == StaffAnswer(Answer.ACCEPT, "AXFP")


@pytest.mark.parametrize("text", ["START", "mulai", "Unstop"])
def test_a_start_is_a_start(text: str) -> None:
    assert read_answer(text).answer is Answer.START


@pytest.mark.parametrize(
    "text",
    ["", " ", "👍", "ok", "ya nanti saya lihat", "ya ya ya", "yak", "ya A", "ya ABCDEF", "tidak ya", "bukan", "ABCD"],
)
def test_a_sentence_is_no_answer(text: str) -> None:
    assert read_answer(text).answer is Answer.UNCLEAR


@pytest.mark.parametrize("text", ["STOP", "stop", "Berhenti", "UNSUBSCRIBE", "end"])
def test_a_stop_is_a_stop(text: str) -> None:
    assert read_answer(text).answer is Answer.STOP


@given(st.one_of(st.none(), st.text()))
def test_only_the_keys_one_and_two_decide(keys: str | None) -> None:
    expected = {"1": Answer.ACCEPT, "2": Answer.DECLINE}.get((keys or "").strip(), Answer.UNCLEAR)
    assert read_key(keys) is expected


@given(st.integers())
def test_a_code_has_no_look_alikes_and_is_read_back(seed: int) -> None:
    code = new_code(random.Random(seed))
    assert len(code) == CODE_LENGTH
    assert not set(code) & set("01258BGILOSUZ6")
    assert read_answer(f"ya {code}").code == code
