"""Tokens with their places, plain forms of words as typed, and what the lexicon makes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.clauses import annotate
from triage.concepts.lexicon import lexicon
from triage.concepts.rules import rule_book
from triage.words import LONGEST, plain, tokenize


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("TOLONGGGG", "tolong"),
        ("anak2", "anak"),
        ("mati2an", "mati"),
        ("bun0h", "bunoh"),
        ("p1sau", "pisau"),
        ("suami'y", "suamiy"),
        ("bu\u200bnuh", "bunuh"),
        ("𝐛𝐮𝐧𝐮𝐡", "bunuh"),
        ("ḋarah", "darah"),
        ("1000", "1000"),
        ("12.30", "12.30"),
    ],
)
def test_a_word_has_one_plain_form(typed: str, expected: str) -> None:
    assert plain(typed) == expected


@given(st.text())
def test_every_token_lies_in_the_text_in_order(text: str) -> None:
    tokens = tokenize(text)
    ends = [0, *(token.end for token in tokens)]
    assert all(before <= token.start < token.end <= len(text) for before, token in zip(ends[:-1], tokens, strict=True))


def test_of_a_long_text_head_and_tail_are_read() -> None:
    text = "awal " + "isi " * LONGEST + "akhir"
    found = [token.plain for token in tokenize(text)]
    assert (found[0], found[-1]) == ("awal", "akhir")
    assert len(found) < LONGEST


def concepts(text: str) -> set[str]:
    """The names of all concepts that the lexicon sees in a text."""
    rule_book()
    mask = 0
    for word in annotate((text,), 0, lexicon()):
        mask |= word.mask
    return {name for name, bit in lexicon().bits.items() if mask & bit}


@pytest.mark.parametrize(
    "text",
    ["dipukul", "d pukul", "di pukul", "dpukulin", "mukulin", "memukuli", "dipukua", "dipukuanyo", "digebuki", "pkul"],
)
def test_a_blow_is_a_blow_however_it_is_spelled(text: str) -> None:
    assert "HIT" in concepts(text)


@pytest.mark.parametrize("text", ["dicekik", "dicekek", "nyekik", "mancakiak", "cekk", "dicekiknya", "mencekik"])
def test_strangling_is_seen_in_every_variety(text: str) -> None:
    assert "CHOKE" in concepts(text)


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("tidak dipukul", "HIT"),
        ("belum pernah dipukul", "HIT"),
        ("mati lampu", "DEADWORD"),
        ("harga mencekik", "CHOKE"),
        ("bunuh waktu", "KILL"),
        ("tusuk sate", "STAB"),
        ("cekikikan terus", "CHOKE"),
    ],
)
def test_negated_acts_and_idioms_mean_nothing(text: str, absent: str) -> None:
    assert absent not in concepts(text)


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("tidak hanya dipukul", "HIT"),
        ("tidak tahan dipukul", "HIT"),
        ("tidak bisa napas", "AIRLESS"),
        ("tidak boleh keluar", "CTRL_MOVE"),
        ("tidak, dipukul", "HIT"),
    ],
)
def test_what_only_looks_like_negation_stays_danger(text: str, present: str) -> None:
    assert present in concepts(text)


@pytest.mark.parametrize("text", ["bacot", "tikar", "sabun", "sabtu", "hantaran", "kurang", "nampak", "bunga"])
def test_an_ordinary_word_is_not_bent_into_a_danger(text: str) -> None:
    assert not concepts(text) & {"STAB", "HIT", "SUBST", "LOCK", "KILL", "CHOKE"}
