"""Triage alone: how many messages one core judges a second, first messages and long conversations."""

import time
from collections.abc import Iterator

from bench.forms import MIXED
from bench.ground import Ground
from bench.results import Figure, middle, spread
from config.settings import DEFAULT_PROTOCOL
from triage.protocol import load_protocol
from triage.urgency import Conversation, score

NAME = "triage"


def measure(_: Ground, *, quick: bool) -> Iterator[Figure]:
    """One process, one thread, no database."""
    count, protocol = 200 if quick else 2000, load_protocol(DEFAULT_PROTOCOL)
    first = [Conversation((MIXED[n % len(MIXED)],)) for n in range(count)]
    long = [Conversation(MIXED * 5) for _ in range(count // 20)]
    for name, conversations in (("first messages", first), ("conversations of 20 bubbles", long)):
        rates = []
        for _ in range(5):
            start = time.perf_counter()
            for conversation in conversations:
                score(conversation, protocol)
            rates.append(len(conversations) / (time.perf_counter() - start))
        yield Figure(NAME, name, middle(rates), "/s on one core", spread(rates))
