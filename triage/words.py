"""Reading a text: tokens with their place in the original, and the plain form of a word as people type it."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 4_000
"""Characters read of one message; of a longer one the head and the tail, where people put what matters."""

_CACHED_WORDS = 20_000
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069"
_WORD = rf"[^\W_](?:[\w{_INVISIBLE}'’`*.@$]*[^\W_])?"
_EMOJI = "[\u2600-\u27bf\u2b50\U0001f300-\U0001faff]"
_TOKEN = re.compile(rf"(?P<word>{_WORD})|(?P<emoji>{_EMOJI})|(?P<mark>[.!?…,;:\n\"“”()\[\]|]+)")
_HIDDEN = re.compile(f"[{_INVISIBLE}'’`*_]")
_RUN = re.compile(r"(.)\1{2,}")
_LEET = str.maketrans("013457@$", "oieastas")
_INNER_DOT = re.compile(r"(?<=[^\W\d_]{2})\.(?=[^\W\d_]{2})")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, emoji or run of marks; text[start:end] of the message is what was written."""

    plain: str
    start: int
    end: int
    kind: str


def tokenize(text: str) -> tuple[Token, ...]:
    """Cut a message into tokens. Never raises; spans refer to the text as given."""
    if len(text) <= LONGEST:
        return tuple(_tokens(text, 0))
    half = LONGEST // 2
    return (*_tokens(text[:half], 0), *_tokens(text[-half:], len(text) - half))


def _tokens(text: str, offset: int) -> list[Token]:
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        start, end = match.start() + offset, match.end() + offset
        if kind == "word" and _INNER_DOT.search(match.group()):
            found.extend(_dotted(match, offset))
        else:
            found.append(Token(plain(match.group()) if kind == "word" else match.group(), start, end, kind))
    return found


def _dotted(match: re.Match[str], offset: int) -> list[Token]:
    """Words run together by a full stop without a space ("pulang.saya"): an end of sentence stands between."""
    found: list[Token] = []
    begin = match.start() + offset
    for part in _INNER_DOT.split(match.group()):
        if found:
            found.append(Token(".", begin - 1, begin, "mark"))
        found.append(Token(plain(part), begin, begin + len(part), "word"))
        begin += len(part) + 1
    return found


@lru_cache(maxsize=_CACHED_WORDS)
def plain(word: str) -> str:
    """The word in small letters without accents, hidden marks, digits for letters, and stretched letters."""
    bare = word.lower()
    if not bare.isascii():
        bare = unicodedata.normalize("NFKD", bare)
        bare = "".join(sign for sign in bare if not unicodedata.combining(sign)).lower()
    if bare.isalpha() and bare.isascii():
        return _RUN.sub(r"\1", bare)
    bare = _HIDDEN.sub("", bare)
    return _RUN.sub(_unstretched, _without_digits(bare))


def _unstretched(match: re.Match[str]) -> str:
    return match.group() if match.group(1).isdigit() else match.group(1)


def _without_digits(bare: str) -> str:
    letters = sum(sign.isalpha() for sign in bare)
    if letters < 2 or bare.isalpha():
        return bare
    if bare[-1] == "2" and bare[:-1].isalpha():
        return bare[:-1]
    if bare.endswith("2an") and bare[:-3].isalpha():
        return bare[:-3]
    if letters > len(bare) // 2 and bare[0].isalpha():
        return bare.translate(_LEET)
    return bare
