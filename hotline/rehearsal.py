"""What a process does before its first event, so that the first caller of the day does not wait for it."""

import time
from contextlib import ExitStack, suppress

from hotline import reception
from hotline.errors import Conflict, StaleConnection, StoreAway
from hotline.gateway.addresses import phone_of
from hotline.services import Services
from hotline.store.session import Transaction
from triage.events import Channel, InboundMessage
from triage.urgency import Conversation, score_safely

# As many as work at once in a busy hour; more are opened when they are needed.
_LINES = 8
# Whoever waits for this process waits for no longer than this. Nobody does while another one serves.
_LONGEST_S = 3.0


def rehearse(services: Services) -> None:
    """Builds the tables that triage and the reading of numbers else build at their first use: a quarter of a second.

    Done before the web server forks, so that all its workers share them, those too that are born in a storm.
    """
    score_safely(Conversation(("halo",), "whatsapp"), services.protocol)
    phone_of("0811 0000 0001")


class _Over(Exception):
    """The rehearsal is over: whatever was done in it is undone."""


def warm_up(services: Services) -> None:
    """Opens connections and has each prepare what a first message needs; writes nothing. Done after the fork.

    A database that is away is no reason not to start: who asks then must hear 503.
    """
    if not services.database.is_postgresql:
        return
    with suppress(_Over, StoreAway, StaleConnection, Conflict):
        _rehearse_messages(services, time.monotonic() + _LONGEST_S)


def _rehearse_messages(services: Services, until: float) -> None:
    with ExitStack() as lines:
        for _ in range(_LINES):
            tx = lines.enter_context(services.database.begin())
            _rehearse_on(tx, services)
            if time.monotonic() > until:
                break
        # Never to a regular end, which would commit.
        raise _Over


def _rehearse_on(tx: Transaction, services: Services) -> None:
    """Two messages of nobody, one of them a complaint: their rows are not of the same tables."""
    for text in ("halo", "suami saya memukul saya"):
        message = InboundMessage("rehearsal", Channel.WHATSAPP, "whatsapp:rehearsal", None, text)
        reception.receive(tx, services, message, services.now())
        if not tx.rehearse():
            raise _Over  # a house that is not set up yet: the very first message of all takes another way
