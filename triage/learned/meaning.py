"""What a word means in a message to the hotline: one plain word for all varieties, and classes of meaning."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("lexicon.tsv")
_LEAST = 3
"""Letters that must remain of a word whose affixes were taken off: "bisa" is not "bis" with an ending."""

_ENDING = re.compile(r"(?:nya|kan|an|i|ku|mu|lah|kah|nyo|ne|e)$")
_BEGINNING = re.compile(r"^(?:di|me[nmr]?|ng|n|m|be[r]?|te[r]?|ke|pe[nmr]?|se)")


@dataclass(frozen=True, slots=True)
class Meaning:
    """`plain` is the same for every spelling and variety; `classes` come most telling first."""

    plain: str
    classes: tuple[str, ...]


def meaning(word: str) -> Meaning | None:
    """The meaning of a word in small letters, with or without its affixes; None for a word that nobody described."""
    known = _lexicon()
    for form in _forms(word):
        if form in known:
            return known[form]
    return None


def read_lexicon(table: Path) -> dict[str, Meaning]:
    """The words of a table: word, plain word and classes, parted by tabs. Raises ValueError for a broken line."""
    found: dict[str, Meaning] = {}
    for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            fields = line.split("\t")
            if len(fields) != 3 or not all(fields) or fields[0] in found:
                raise ValueError(f"{table.name}, line {number}: not a new word, its plain word and its classes")
            found[fields[0]] = Meaning(fields[1], tuple(fields[2].split()))
    return found


@cache
def _lexicon() -> dict[str, Meaning]:
    return read_lexicon(TABLE)


def _forms(word: str) -> list[str]:
    """The word, then without its ending, its beginning, and both."""
    short = _ENDING.sub("", word)
    cut = (short, _BEGINNING.sub("", word), _BEGINNING.sub("", short))
    return [word, *(form for form in cut if len(form) >= _LEAST)]
