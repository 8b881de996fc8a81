"""An evaluation as text for a person and as values for JSON."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from triage.workbench.danger import has_danger_word
from triage.workbench.evaluation import LEVELS, Evaluation, Figures, Judged
from triage.workbench.intervals import Share
from triage.workbench.labelled import Labelled
from triage.workbench.misses import misses, shortened
from triage.workbench.monotony import Lowering
from triage.workbench.robustness import Endurance

SHARES = ("recall", "precision", "missed", "urgent_at_low", "lows_rung", "right", "complaints")
_SHORT = {"recall": "recall", "precision": "precision", "missed": "missed", "lows_rung": "lows rung"}


def danger(item: Labelled) -> str:
    """The part of a conversation by its words of danger."""
    return "danger words" if has_danger_word(item.conversation.messages) else "no danger words"


PARTS = {
    "lang": lambda item: item.lang,
    "channel": lambda item: item.conversation.channel,
    "voice": lambda item: item.voice,
    "level": lambda item: str(item.level),
    "danger": danger,
}
"""By what the figures can be parted."""


def as_values(evaluation: Evaluation, parts: Iterable[str]) -> dict[str, Any]:
    """Counts and shares with their exact 95 % intervals, over all and by part."""
    return {
        "all": _values(evaluation.figures),
        "by": {part: {name: _values(one) for name, one in evaluation.by(PARTS[part]).items()} for part in parts},
    }


def as_text(evaluation: Evaluation, parts: Iterable[str]) -> list[str]:
    """The same as lines of a table."""
    found = evaluation.figures
    lines = [f"{found.total} conversations", "", "label \\ given".ljust(16) + "".join(f"{one:>11}" for one in LEVELS)]
    lines += [f"{row:<16}" + "".join(f"{found.confusion[row, one]:>11}" for one in LEVELS) for row in LEVELS]
    lines += ["", *(f"{name.replace('_', ' '):<16}{share(getattr(found, name))}" for name in SHARES)]
    for part in parts:
        lines += ["", f"{'by ' + part:<18}{'n':>6}" + "".join(f"{title:>12}" for title in _SHORT.values())]
        lines += [_row(name, one) for name, one in evaluation.by(PARTS[part]).items()]
    return lines


def endurance_lines(found: Sequence[Endurance]) -> list[str]:
    """How far the recall falls under each disturbance."""
    return [
        "",
        f"{'robustness':<22}{'recall':>9}{'clean':>9}{'lows rung':>11}",
        *(f"{one.name:<22}{_short(one.heard):>9}{_short(one.heard_clean):>9}{_short(one.rung):>11}" for one in found),
    ]


def lowering_lines(found: Sequence[Lowering]) -> list[str]:
    """How often more text lowered a level, and whose."""
    rows = [f"{one.change:<24}{len(one.lowered):>5} of {one.tried}  {' '.join(one.lowered[:8])}" for one in found]
    return ["", "lowered by", *(row.rstrip() for row in rows)]


def miss_lines(judged: Iterable[Judged], most: int) -> list[str]:
    """The wrong levels that cost most, one a line; they hold text."""
    return ["", "wrong levels", *(_miss(one) for one in misses(judged)[:most])]


def share(value: Share) -> str:
    """A share with its counts and its exact interval."""
    low, high = value.interval
    return f"{_short(value):>7}  [{low:.3f}, {high:.3f}]  {value.hits} of {value.trials}"


def _miss(one: Judged) -> str:
    reasons = ", ".join(one.reasons)
    return f"{one.item.name}  {one.expected} -> {one.got}  ({reasons})  {shortened(one.item.conversation.messages)}"


def _row(name: str, found: Figures) -> str:
    return f"{name:<18}{found.total:>6}" + "".join(f"{_short(getattr(found, one)):>12}" for one in _SHORT)


def _short(value: Share) -> str:
    return "–" if value.value is None else f"{value.value:.3f}"


def _values(found: Figures) -> dict[str, Any]:
    counts: Mapping[str, Any] = {row: {one: found.confusion[row, one] for one in LEVELS} for row in LEVELS}
    shares = {name: _share_values(getattr(found, name)) for name in SHARES}
    return {"total": found.total, "confusion": counts, **shares}


def _share_values(value: Share) -> dict[str, Any]:
    return {"hits": value.hits, "trials": value.trials, "value": value.value, "interval": list(value.interval)}
