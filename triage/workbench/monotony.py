"""Whether more text, or the same text in more bubbles, ever lowers a level: it must not."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from triage.workbench.disturbances import chance
from triage.workbench.evaluation import Judged, Scorer

Bubbles = tuple[str, ...]
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_SHARE_OF_SPACES = 0.2


@dataclass(frozen=True)
class Lowering:
    """Under one change: how many were tried, and which conversations came out lower."""

    change: str
    tried: int
    lowered: tuple[str, ...]


def _behind(messages: Bubbles, added: str, _luck: Random) -> Bubbles:
    return (*messages[:-1], f"{messages[-1]} {added}")


def _before(messages: Bubbles, added: str, _luck: Random) -> Bubbles:
    return (f"{added} {messages[0]}", *messages[1:])


def _as_bubble(messages: Bubbles, added: str, luck: Random) -> Bubbles:
    place = luck.randint(0, len(messages))
    return (*messages[:place], added, *messages[place:])


def _at_sentence_ends(messages: Bubbles, _added: str, _luck: Random) -> Bubbles:
    return tuple(part for text in messages for part in _SENTENCE_END.split(text))


def _at_spaces(messages: Bubbles, _added: str, luck: Random) -> Bubbles:
    return tuple(part for text in messages for part in _torn(text, luck))


def _torn(text: str, luck: Random) -> list[str]:
    marked = ("\0" if letter == " " and luck.random() < _SHARE_OF_SPACES else letter for letter in text)
    return "".join(marked).split("\0")


CHANGES: Mapping[str, Callable[[Bubbles, str, Random], Bubbles]] = {
    "text behind": _behind,
    "text before": _before,
    "text as a bubble": _as_bubble,
    "split at sentence ends": _at_sentence_ends,
    "split at spaces": _at_spaces,
}


def monotony(judged: Sequence[Judged], scorer: Scorer, seed: int) -> list[Lowering]:
    """Each change over all given conversations with messages; the added text is a bubble of another of them."""
    spoken = [one for one in judged if one.item.conversation.messages]
    bubbles = [text for one in spoken for text in one.item.conversation.messages]
    return [_lowering(change, spoken, bubbles, (scorer, seed)) for change in CHANGES]


def _lowering(change: str, spoken: Sequence[Judged], bubbles: Sequence[str], means: tuple[Scorer, int]) -> Lowering:
    scorer, seed = means
    lowered = []
    for one in spoken:
        luck = chance(seed, change, one.item.voice, one.item.name)
        messages = CHANGES[change](one.item.conversation.messages, luck.choice(bubbles), luck)
        answer = scorer(replace(one.item.conversation, messages=messages))
        if answer.level.rank < one.got.rank:
            lowered.append(one.item.name)
    return Lowering(change, len(spoken), tuple(lowered))
