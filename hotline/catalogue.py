"""Every sentence that a caller or a staff member hears or reads, from one file, in Indonesian and English."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

LANGUAGES = ("id", "en")


class BadCatalogue(ValueError):
    """The file of sentences cannot be used; the message names the key and the fault."""


class Catalogue:
    """Sentences by dotted key (`offer.message`) and language; checked when loaded, so that none can fail at night."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        """Raises BadCatalogue: a sentence lacks a language, or its languages have different gaps."""
        self._sentences: dict[str, dict[str, str]] = {}
        self._gaps: dict[str, frozenset[str]] = {}
        for key, sentence in _entries(tables, ""):
            self._gaps[key] = _gaps_of(key, sentence)
            self._sentences[key] = sentence

    def text(self, key: str, language: str = "id", **params: str | int) -> str:
        """One sentence with its gaps filled; an unknown language is answered in Indonesian.

        Raises:
            KeyError: there is no such sentence.
            BadCatalogue: a gap stays open, or a value has no gap.
        """
        sentence = self._sentences[key]
        if self._gaps[key] != params.keys():
            raise BadCatalogue(f"{key}: its gaps are {sorted(self._gaps[key])}, given {sorted(params)}")
        words = sentence.get(language, sentence[LANGUAGES[0]])
        return words.format_map(params) if params else words

    def keys(self) -> frozenset[str]:
        """The keys of all sentences."""
        return frozenset(self._sentences)

    def gaps(self, key: str) -> frozenset[str]:
        """The names to be filled in a sentence; raises KeyError."""
        return self._gaps[key]


def load_catalogue(path: Path) -> Catalogue:
    """The catalogue of a TOML file.

    Raises:
        BadCatalogue: it cannot be read, or a sentence in it is faulty.
    """
    try:
        return Catalogue(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadCatalogue(f"{path.name} cannot be read: {type(fault).__name__}") from fault


def _entries(tables: Mapping[str, Any], path: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every sentence below a table; a table holds either sentences by language or further tables."""
    for name, inside in tables.items():
        key = f"{path}.{name}" if path else name
        if not isinstance(inside, dict) or not inside:
            raise BadCatalogue(f"{key}: expected a sentence in {' and '.join(LANGUAGES)}")
        if any(isinstance(value, dict) for value in inside.values()):
            yield from _entries(inside, key)
        else:
            yield key, _checked(key, inside)


def _checked(key: str, sentence: Mapping[str, Any]) -> dict[str, str]:
    if set(sentence) != set(LANGUAGES):
        raise BadCatalogue(f"{key}: has {sorted(sentence)}, needs exactly {sorted(LANGUAGES)}")
    if not all(isinstance(words, str) and words.strip() for words in sentence.values()):
        raise BadCatalogue(f"{key}: every language needs words")
    return dict(sentence)


def _gaps_of(key: str, sentence: Mapping[str, str]) -> frozenset[str]:
    """The names in braces; no attributes, indexes or formats, as those could reach into what is filled in."""
    found = {language: _names_in(key, words) for language, words in sentence.items()}
    if len(set(found.values())) != 1:
        raise BadCatalogue(f"{key}: its languages have different gaps")
    return found[LANGUAGES[0]]


def _names_in(key: str, words: str) -> frozenset[str]:
    try:
        parts = list(Formatter().parse(words))
    except ValueError as fault:
        raise BadCatalogue(f"{key}: a brace stands alone") from fault
    names = frozenset(name for _, name, _, _ in parts if name is not None)
    if not all(name.isidentifier() for name in names) or any(form or change for _, _, form, change in parts):
        raise BadCatalogue(f"{key}: a gap is a plain name in braces")
    return names
