"""What words mean to the learned detector: one plain word for a meaning, whatever the variety or the spelling."""

from pathlib import Path

import pytest

from triage.learned.meaning import TABLE, meaning, read_lexicon


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        (("tidak", "gk", "indak", "ora"), "tidak"),
        (("suami", "suamiku", "bojoku"), "suami"),
        (("pukul", "dipukul", "dipukuli", "mukul"), "pukul"),
        (("sekarang", "skrg", "kini"), "sekarang"),
    ],
)
def test_varieties_and_spellings_share_a_plain_word(words: tuple[str, ...], plain: str) -> None:
    assert {word: (found := meaning(word)) and found.plain for word in words} == dict.fromkeys(words, plain)


def test_an_affix_that_nobody_listed_is_taken_off() -> None:
    assert "gudangnyo" not in read_lexicon(TABLE)
    assert meaning("gudangnyo") == meaning("gudang") is not None


def test_a_word_that_nobody_described_means_nothing() -> None:
    assert meaning("xyzzyx") is None


def test_every_word_has_classes_in_capitals() -> None:
    for word, found in read_lexicon(TABLE).items():
        assert found.classes, word
        assert all(name == name.upper() for name in found.classes), word


@pytest.mark.parametrize("line", ["pintu\tpintu", "pintu\t\tDOOR", "pintu\tpintu\tDOOR\npintu\tpintu\tDOOR"])
def test_a_broken_line_is_named(line: str, tmp_path: Path) -> None:
    table = tmp_path / "words.tsv"
    table.write_text(line)
    with pytest.raises(ValueError, match="line"):
        read_lexicon(table)
