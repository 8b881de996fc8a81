"""Danger words: whether a conversation names danger in words that anybody would search for."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

STEMS = Path(__file__).with_name("danger_stems.txt")


def has_danger_word(messages: Iterable[str]) -> bool:
    """Whether a word begins with one of the stems, with or without the prefixes of Indonesian."""
    return any(_pattern().search(text.lower()) for text in messages)


def stems() -> tuple[str, ...]:
    """The stems, in order of the file; `#` begins a comment."""
    lines = STEMS.read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines for word in line.partition("#")[0].split())


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, stems()))})")
