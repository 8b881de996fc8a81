"""The event log is a chain: whatever is altered, taken out or put in shows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from hotline import audit
from hotline.store import events
from hotline.store.events import Entry
from hotline.store.session import Transaction
from hotline.store.tables import event
from tests.hotline.house import House
from triage.states import Happening

Change = Callable[[Transaction], object]
THIRD = (event.c.stream == "AAAAAAA", event.c.seq == 3)


def append(house: House, stream: str, count: int = 1) -> None:
    """Writes entries into a stream."""
    for number in range(count):
        entry = Entry(stream, Happening.REPORT_MESSAGE, "caller", {"n": number})
        house.services.database.run(
            lambda tx, e=entry: events.append(tx, [e], house.services.unit.id, house.clock.now())
        )


@pytest.fixture
def written(house: House) -> House:
    """A house with a unit and two streams of five entries."""
    house.hire(1)
    append(house, "AAAAAAA", 5)
    append(house, "BBBBBBB", 5)
    return house


def test_an_untouched_log_holds(written: House) -> None:
    found = audit.verify(written.services)
    assert (found.faults, found.entries) == ((), 11)


CHANGES: dict[str, Change] = {
    "detail": lambda tx: tx.execute(update(event).where(*THIRD).values(detail='{"n": 9}')),
    "name": lambda tx: tx.execute(update(event).where(*THIRD).values(name=Happening.REPORT_CLOSED)),
    "actor": lambda tx: tx.execute(update(event).where(*THIRD).values(actor="S777")),
    "hash": lambda tx: tx.execute(update(event).where(*THIRD).values(hash=bytes(32))),
    "taken out": lambda tx: tx.execute(delete(event).where(*THIRD)),
    "first taken out": lambda tx: tx.execute(delete(event).where(event.c.stream == "AAAAAAA", event.c.seq == 1)),
    "moved to another stream": lambda tx: tx.execute(update(event).where(*THIRD).values(stream="CCCCCCC")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_entry_is_found(written: House, change: Change) -> None:
    written.services.database.run(change)
    faults = audit.verify(written.services).faults
    assert faults
    assert faults[0].split()[0] in ("AAAAAAA", "CCCCCCC")


def test_a_changed_moment_is_found(written: House) -> None:
    later = written.clock.now() + timedelta(seconds=1)
    written.services.database.run(lambda tx: tx.execute(update(event).where(*THIRD).values(at=later)))
    assert audit.verify(written.services).faults[0].startswith("AAAAAAA entry 3")


def test_a_chain_recomputed_without_the_key_is_found(written: House) -> None:
    stranger = House(written.url, INDEX_KEY="CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=")
    try:
        append(stranger, "AAAAAAA")
    finally:
        stranger.shut()
    assert audit.verify(written.services).faults[0].startswith("AAAAAAA entry 6")


def test_a_stream_that_vanished_whole_is_found_by_the_seal(written: House) -> None:
    start = written.clock.now()
    window = (start, start + timedelta(minutes=1))

    def seal(tx: Transaction) -> None:
        sealed = events.seal(tx, window)
        assert sealed
        entry = Entry(events.SEAL_STREAM, Happening.SEAL, "system", sealed)
        events.append(tx, [entry], written.services.unit.id, window[1])

    written.services.database.run(seal)
    assert audit.verify(written.services).faults == ()
    written.services.database.run(lambda tx: tx.execute(delete(event).where(event.c.stream == "BBBBBBB")))
    assert audit.verify(written.services).faults[0].startswith("seal 1")
