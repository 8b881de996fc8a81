"""What a phone hears next, as values; the gateway turns them into the carrier's language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Say:
    """Words from the catalogue: `key` in messages.toml, filled with `params` (no person in them)."""

    key: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AskKey:
    """Says something and waits `within_s` seconds for one key, which goes to `path`; silence goes there too."""

    words: tuple[Say, ...]
    path: str
    within_s: int = 8


@dataclass(frozen=True, repr=False)
class Ring:
    """Rings one staff number for `within_s` seconds; `whisper` is fetched for her, `after` when the leg is over."""

    phone: str
    whisper: str
    after: str
    within_s: int = 20


@dataclass(frozen=True)
class Record:
    """Tone, then a recording of at most `limit_s` seconds; `after` is asked next, `notice` is told when it is ready."""

    after: str
    notice: str
    limit_s: int = 180


@dataclass(frozen=True)
class GoTo:
    """Asks the path for the next words."""

    path: str


@dataclass(frozen=True)
class HangUp:
    """Ends this leg."""


Verb = Say | AskKey | Ring | Record | GoTo | HangUp
Script = tuple[Verb, ...]
