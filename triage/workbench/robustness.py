"""How much worse the scorer hears when the text is written badly: each disturbance beside the clean text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triage.protocol import Level
from triage.workbench.disturbances import DISTURBANCES, disturbed
from triage.workbench.evaluation import Judged, Scorer, judge
from triage.workbench.intervals import Share


@dataclass(frozen=True)
class Endurance:
    """Emergencies heard and lows rung under one disturbance, and on the same items when they are clean."""

    name: str
    heard: Share
    heard_clean: Share
    rung: Share
    rung_clean: Share

    @property
    def drop(self) -> float | None:
        """By how much the recall of emergencies falls (0.05: five points); None without emergencies."""
        return self.heard_clean.value - self.heard.value if self.heard.trials else None  # type: ignore[operator]


def robustness(judged: Sequence[Judged], scorer: Scorer, seed: int) -> list[Endurance]:
    """Each disturbance over the items labelled emergency or low, which were judged clean already."""
    ends = [one for one in judged if one.item.level in (Level.EMERGENCY, Level.LOW)]
    return [_endurance(name, ends, scorer, seed) for name in DISTURBANCES]


def _endurance(name: str, clean: Sequence[Judged], scorer: Scorer, seed: int) -> Endurance:
    worse = [_again(one, name, scorer, seed) for one in clean]
    return Endurance(name, _heard(worse), _heard(clean), _rung(worse), _rung(clean))


def _again(one: Judged, name: str, scorer: Scorer, seed: int) -> Judged:
    conversation = replace(one.item.conversation, messages=disturbed(one.item, name, seed))
    return judge(replace(one.item, conversation=conversation), scorer)


def _heard(judged: Sequence[Judged]) -> Share:
    # By the label alone: the items must be the same for the clean and for the disturbed text.
    found = [one.right for one in judged if one.item.level is Level.EMERGENCY]
    return Share(sum(found), len(found))


def _rung(judged: Sequence[Judged]) -> Share:
    lows = [one for one in judged if one.item.level is Level.LOW]
    return Share(sum(one.got is Level.EMERGENCY and not one.right for one in lows), len(lows))
