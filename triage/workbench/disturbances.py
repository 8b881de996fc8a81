"""What fingers, telephones and transcripts do to a text: each a function of the text and of chance."""

from collections.abc import Callable, Mapping
from random import Random

from triage.workbench.labelled import Labelled

Disturbance = Callable[[str, Random], str]

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    letter: row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
    for row in _ROWS
    for place, letter in enumerate(row)
}
_VOWELS = frozenset("aeiouAEIOU")
_SHARE_OF_WORDS = 0.5
_SHARE_OF_SPACES = 0.2


def chance(seed: int, *names: str) -> Random:
    """The chance of one text: the same for the same seed and names, whatever was drawn before."""
    return Random(":".join((str(seed), *names)))  # noqa: S311 - repeatable on purpose, guards nothing


def typos(share: float) -> Disturbance:
    """Slips in this share of the letters: swapped, dropped, doubled, or the key beside."""

    def disturb(text: str, luck: Random) -> str:
        written, place = [], 0
        while place < len(text):
            slip = text[place].isalpha() and luck.random() < share
            piece, used = _slip(text, place, luck) if slip else (text[place], 1)
            written.append(piece)
            place += used
        return "".join(written)

    return disturb


def _slip(text: str, place: int, luck: Random) -> tuple[str, int]:
    """What is written instead of the letter at a place, and how many letters that uses up."""
    letter = text[place]
    kind = luck.choice(("swap", "drop", "double", "beside"))
    if kind == "swap" and text[place + 1 : place + 2].isalpha():
        return text[place + 1] + letter, 2
    if kind == "drop":
        return "", 1
    beside = _NEIGHBOURS.get(letter.lower(), "")
    return (luck.choice(beside), 1) if kind == "beside" and beside else (letter * 2, 1)


def dropped_vowels(text: str, luck: Random) -> str:
    """Half of the words without the vowels behind their first letter, as in a text message."""
    return " ".join(_bare(word) if luck.random() < _SHARE_OF_WORDS else word for word in text.split(" "))


def _bare(word: str) -> str:
    return word[:1] + "".join(letter for letter in word[1:] if letter not in _VOWELS)


def lost_spaces(text: str, luck: Random) -> str:
    """A fifth of the spaces lost."""
    return "".join(letter for letter in text if letter != " " or luck.random() >= _SHARE_OF_SPACES)


def capitals(text: str, _luck: Random) -> str:
    """All in capitals."""
    return text.upper()


def no_punctuation(text: str, _luck: Random) -> str:
    """As a machine writes down what it hears: letters, digits and spaces only."""
    return "".join(letter for letter in text if letter.isalnum() or letter.isspace())


DISTURBANCES: Mapping[str, Disturbance] = {
    "typos 2 %": typos(0.02),
    "typos 6 %": typos(0.06),
    "typos 12 %": typos(0.12),
    "dropped vowels": dropped_vowels,
    "lost spaces": lost_spaces,
    "capitals": capitals,
    "no punctuation": no_punctuation,
}


def disturbed(item: Labelled, name: str, seed: int) -> tuple[str, ...]:
    """The messages of an item after the disturbance of this name."""
    luck = chance(seed, name, item.voice, item.name)
    return tuple(DISTURBANCES[name](text, luck) for text in item.conversation.messages)
