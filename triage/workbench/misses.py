"""Wrong levels in the order of what they cost: an emergency at low first."""

from collections.abc import Iterable

from triage.protocol import Level
from triage.workbench.evaluation import Judged

TEXT = 160  # characters
_E, _H, _M, _L = Level.EMERGENCY, Level.HIGH, Level.MEDIUM, Level.LOW
# (label, given): first what leaves somebody alone, then what rings for nothing.
_COST = (
    *((_E, _L), (_H, _L), (_E, _M), (_E, _H), (_H, _M), (_M, _L)),
    *((_L, _E), (_M, _E), (_L, _H), (_H, _E), (_M, _H), (_L, _M)),
)


def misses(judged: Iterable[Judged]) -> list[Judged]:
    """The wrong ones, dearest first; those of one kind in the order in which they were read."""
    return sorted((one for one in judged if not one.right), key=lambda one: _COST.index((one.expected, one.got)))


def shortened(messages: Iterable[str]) -> str:
    """The bubbles on one line, cut."""
    text = " / ".join(" ".join(message.split()) for message in messages)
    return text if len(text) <= TEXT else text[: TEXT - 1] + "…"
