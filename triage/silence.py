"""Whether words ask for silence: a reading for the gate before a caller's phone alone, and a generous one."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from triage.words import tokenize

_RULES = Path(__file__).parent / "concepts" / "silence.toml"
# People break one plea into bubbles ("jangan" "balas"), but not into more; older bubbles were read when they came.
_BUBBLES = 4

_Words = Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Place:
    """One place of a rule: the set its word is of, and how many words may stand before it."""

    name: str
    gap: int


@dataclass(frozen=True, slots=True)
class _Rules:
    """The sets of each word that is in any, and the rules by the set of their first word."""

    sets_of: Mapping[str, frozenset[str]]
    by_first: Mapping[str, Sequence[Sequence[_Place]]]


def asks_for_silence(texts: Iterable[str]) -> bool:
    """Whether somebody says that another reads or holds this phone, or that no answer may come; never raises.

    It decides about answers only, never about urgency: a false yes costs a line that says "your message has arrived",
    a false no may cost a beating.
    """
    rules = _rules()
    plain = [token.plain for text in [*texts][-_BUBBLES:] for token in tokenize(text) if token.kind == "word"]
    words = [rules.sets_of.get(word, frozenset()) for word in plain]
    return any(
        _follows(rule, words, at + 1)
        for at, names in enumerate(words)
        for name in names
        for rule in rules.by_first.get(name, ())
    )


def _follows(rest: Sequence[_Place], words: _Words, at: int) -> bool:
    """Whether the remaining places of a rule are filled from `at` on."""
    if not rest:
        return True
    place, *later = rest
    nearest = words[at : at + place.gap + 1]
    return any(place.name in names and _follows(later, words, at + n + 1) for n, names in enumerate(nearest))


@cache
def _rules() -> _Rules:
    tables = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    sets_of: dict[str, frozenset[str]] = {}
    for name, listed in tables["words"].items():
        for word in listed.split():
            sets_of[word] = sets_of.get(word, frozenset()) | {name}
    by_first: dict[str, list[Sequence[_Place]]] = {}
    for listed in tables["rules"].values():
        for rule in listed:
            first, *rest = _places(rule)
            by_first.setdefault(first.name, []).append(rest)
    return _Rules(sets_of, by_first)


def _places(rule: str) -> Sequence[_Place]:
    found, gap = [], 0
    for part in rule.split():
        if part.startswith("~"):
            gap = int(part[1:])
        else:
            found.append(_Place(part, gap))
            gap = 0
    return found
