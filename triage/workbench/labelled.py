"""Labelled conversations: read from JSON Lines, bad lines named and counted."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.protocol import Level
from triage.urgency import Conversation


class BadLabel(ValueError):
    """A line that is no labelled conversation; the message holds nothing of the line."""


@dataclass(frozen=True)
class Labelled:
    """A conversation with what its author says of it; `complaint` is None where the file does not say."""

    name: str
    conversation: Conversation
    level: Level
    complaint: bool | None = None
    accept: frozenset[Level] = frozenset()
    lang: str = "unknown"
    voice: str = "unknown"

    @property
    def accepted(self) -> frozenset[Level]:
        """Every level that counts as right."""
        return self.accept | {self.level}


@dataclass(frozen=True)
class Fault:
    """A line (from 1; 0 for the whole file) that could not be read, and why."""

    file: str
    line: int
    why: str


@dataclass(frozen=True)
class Shelf:
    """What was read from files, in order, and what could not be read."""

    items: tuple[Labelled, ...]
    faults: tuple[Fault, ...]


def read_files(paths: Sequence[Path]) -> Shelf:
    """Read files of labelled conversations; the voice of each is the name of its file. Never raises for content."""
    found = [one for path in paths for one in _of_file(path)]
    items = tuple(one for one in found if isinstance(one, Labelled))
    return Shelf(items, tuple(one for one in found if isinstance(one, Fault)))


def _of_file(path: Path) -> Iterator[Labelled | Fault]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as fault:
        yield Fault(str(path), 0, fault.strerror or "cannot be read")
        return
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _of_line(line, path, number)


def _of_line(line: bytes, path: Path, number: int) -> Labelled | Fault:
    try:
        return labelled(_source(line), path.stem)
    except BadLabel as fault:
        return Fault(str(path), number, str(fault))


def _source(line: bytes) -> Mapping[str, Any]:
    try:
        source = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise BadLabel("not a line of JSON in UTF-8") from fault
    if not isinstance(source, dict):
        raise BadLabel("not an object")
    return source


def labelled(source: Mapping[str, Any], voice: str) -> Labelled:
    """A labelled conversation from a decoded line. Raises BadLabel."""
    name, complaint = source.get("id"), source.get("complaint")
    if not isinstance(name, str) or not name:
        raise BadLabel("id is not a text")
    if complaint is not None and not isinstance(complaint, bool):
        raise BadLabel("complaint is neither true nor false")
    return Labelled(
        name=name,
        conversation=Conversation(_messages(source), _text(source, "channel", "whatsapp")),
        level=_level(source.get("level")),
        complaint=complaint,
        accept=_accept(source.get("accept")),
        lang=_text(source, "lang", "unknown"),
        voice=voice,
    )


def _messages(source: Mapping[str, Any]) -> tuple[str, ...]:
    messages = source.get("messages")
    if not isinstance(messages, list) or not all(isinstance(text, str) for text in messages):
        raise BadLabel("messages is not a list of texts")
    return tuple(messages)


def _text(source: Mapping[str, Any], field: str, otherwise: str) -> str:
    value = source.get(field, otherwise)
    if not isinstance(value, str):
        raise BadLabel(f"{field} is not a text")
    return value


def _level(value: object) -> Level:
    if not isinstance(value, str) or value not in {level.value for level in Level}:
        raise BadLabel("level is not one of the four")
    return Level(value)


def _accept(value: object) -> frozenset[Level]:
    if value is None:
        return frozenset()
    if not isinstance(value, list):
        raise BadLabel("accept is not a list of levels")
    return frozenset(_level(one) for one in value)
