"""The Enqueue and Leave verbs: waiting music until the caller leaves, hangs up, or the application moves the call."""

from typing import Protocol
from xml.etree.ElementTree import Element

from hotline.simulator.line import LegMoved, LegOver, LegState
from hotline.simulator.twiml_walk import Document, Verb, Walk

LONGEST_WAIT = 14400.0


class LeftQueue(Exception):
    """Raised by Leave inside the waiting music."""


class SidMint(Protocol):
    """What a queue needs of the ledger."""

    def mint(self, prefix: str) -> str:
        """A new SID."""


def leave(walk: Walk, verb: Element) -> None:
    """Leave the queue."""
    raise LeftQueue


def enqueue_verb(ledger: SidMint) -> Verb:
    """The Enqueue verb; queues are only named, their order and size are not simulated."""

    def enqueue(walk: Walk, verb: Element) -> Document | None:
        told = {"QueueSid": ledger.mint("QU"), "QueueTime": "0"}
        action, page = walk.absolute(verb.get("action", "")) if verb.get("action") else "", walk.document
        result = "error"
        try:
            _wait(walk, verb, told)
        except LeftQueue:
            result = "leave"
        except LegMoved:
            if action:
                walk.services.tell(walk.leg, action, {**told, "QueueResult": "redirected"})
            raise
        except LegOver:
            if action:
                walk.services.tell(walk.leg, action, {**told, "QueueResult": "hangup"})
            raise
        walk.document = page
        return walk.follow(action, {**told, "QueueResult": result}) if action else None

    return enqueue


def _wait(walk: Walk, verb: Element, told: dict[str, str]) -> None:
    """Play the waiting music again and again; one silence of the person per round."""
    url = walk.absolute(verb.get("waitUrl", "")) if verb.get("waitUrl") else ""
    while True:
        if url:
            where = {**told, "QueuePosition": "1", "AvgQueueTime": "0", "CurrentQueueSize": "1"}
            music = walk.services.fetch(walk.leg, url, where)
            Walk(walk.services, walk.leg, walk.verbs, whisper=True).walk_through(music)
        walk.leg.listen(0.2 if url else LONGEST_WAIT, LegState.HOLDING)
