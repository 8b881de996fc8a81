"""Whether a probability means what it says: how often it was an emergency, in ten bins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from triage.protocol import Level
from triage.urgency import Conversation
from triage.workbench.intervals import Share
from triage.workbench.labelled import Labelled

BINS = 10
Probability = Callable[[Conversation], float | None]


@dataclass(frozen=True)
class Bin:
    """Conversations with a probability in [low, high); the last bin holds 1 too."""

    low: float
    high: float
    mean: float | None
    emergencies: Share


def reliability(items: Sequence[Labelled], probability: Probability) -> list[Bin]:
    """The table over the items that have a probability; ValueError for one that is none."""
    filled: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for item in items:
        said = probability(item.conversation)
        if said is not None:
            filled[_place(said)].append((said, item.level is Level.EMERGENCY))
    return [_bin(place, pairs) for place, pairs in enumerate(filled)]


def _place(said: float) -> int:
    if not 0 <= said <= 1:
        raise ValueError("a probability lies between 0 and 1")
    return min(int(said * BINS), BINS - 1)


def _bin(place: int, pairs: Sequence[tuple[float, bool]]) -> Bin:
    mean = sum(said for said, _ in pairs) / len(pairs) if pairs else None
    hits = sum(was for _, was in pairs)
    return Bin(place / BINS, (place + 1) / BINS, mean, Share(hits, len(pairs)))
