"""Every labelled conversation judged by a scorer, and what the counts say."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from triage.protocol import Level
from triage.urgency import Conversation
from triage.workbench.intervals import Share
from triage.workbench.labelled import Labelled

LEVELS = tuple(Level)
_NOT_SEEN = frozenset({Level.MEDIUM, Level.LOW})
_URGENT = frozenset({Level.EMERGENCY, Level.HIGH})


class Judgement(Protocol):
    """What an evaluated scorer must say; `reasons` and `probability` are used where it has them."""

    @property
    def level(self) -> Level:
        """How urgent it is."""

    @property
    def complaint(self) -> bool:
        """Whether somebody is in need."""


Scorer = Callable[[Conversation], Judgement]


@dataclass(frozen=True)
class Judged:
    """A labelled conversation with the answer of the scorer."""

    item: Labelled
    got: Level
    complaint: bool
    reasons: tuple[str, ...] = ()
    probability: float | None = None

    @property
    def right(self) -> bool:
        """Whether the level is one that counts as right."""
        return self.got in self.item.accepted

    @property
    def expected(self) -> Level:
        """The level to compare with: the given one if it is accepted, else the label."""
        return self.got if self.right else self.item.level


@dataclass(frozen=True)
class Figures:
    """The counts of some judged conversations; a level that is accepted counts as expected."""

    confusion: Mapping[tuple[Level, Level], int]
    complaints: Share

    @property
    def total(self) -> int:
        """How many conversations."""
        return sum(self.confusion.values())

    @property
    def right(self) -> Share:
        """Levels that are right."""
        return Share(sum(self.confusion[level, level] for level in LEVELS), self.total)

    @property
    def recall(self) -> Share:
        """Emergencies that were seen as such."""
        return self._share({Level.EMERGENCY}, {Level.EMERGENCY})

    @property
    def precision(self) -> Share:
        """Alarms that were emergencies."""
        alarms = sum(self.confusion[level, Level.EMERGENCY] for level in LEVELS)
        return Share(self.confusion[Level.EMERGENCY, Level.EMERGENCY], alarms)

    @property
    def missed(self) -> Share:
        """Emergencies at medium or low."""
        return self._share({Level.EMERGENCY}, _NOT_SEEN)

    @property
    def urgent_at_low(self) -> Share:
        """Emergencies and highs at low."""
        return self._share(_URGENT, {Level.LOW})

    @property
    def lows_rung(self) -> Share:
        """Lows that would ring as an emergency."""
        return self._share({Level.LOW}, {Level.EMERGENCY})

    def _share(self, expected: Iterable[Level], got: Iterable[Level]) -> Share:
        rows, columns = tuple(expected), tuple(got)
        hits = sum(self.confusion[row, column] for row in rows for column in columns)
        return Share(hits, sum(self.confusion[row, column] for row in rows for column in LEVELS))


@dataclass(frozen=True)
class Evaluation:
    """All judged conversations, in the order in which they were given."""

    judged: tuple[Judged, ...]

    @property
    def figures(self) -> Figures:
        """The counts over all."""
        return figures(self.judged)

    def by(self, key: Callable[[Labelled], str]) -> dict[str, Figures]:
        """The counts of each part, by name of the part."""
        parts: dict[str, list[Judged]] = {}
        for one in self.judged:
            parts.setdefault(key(one.item), []).append(one)
        return {name: figures(parts[name]) for name in sorted(parts)}


def evaluate(conversations: Iterable[Labelled], scorer: Scorer) -> Evaluation:
    """Judge each conversation by the scorer; what the scorer raises goes through."""
    return Evaluation(tuple(judge(item, scorer) for item in conversations))


def judge(item: Labelled, scorer: Scorer) -> Judged:
    """One conversation with the scorer's answer."""
    answer = scorer(item.conversation)
    reasons = tuple(getattr(answer, "reasons", ()))
    return Judged(item, answer.level, answer.complaint, reasons, getattr(answer, "probability", None))


def figures(judged: Sequence[Judged]) -> Figures:
    """Count judged conversations; where a label says nothing of complaint, that one is not counted there."""
    counted = Counter((one.expected, one.got) for one in judged)
    confusion = {(row, column): counted[row, column] for row in LEVELS for column in LEVELS}
    said = [one for one in judged if one.item.complaint is not None]
    return Figures(confusion, Share(sum(one.complaint == one.item.complaint for one in said), len(said)))
