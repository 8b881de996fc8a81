"""Verifying the event log, and changing the key of the sealed fields: work on everything, seen as it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from hotline.services import Services
from hotline.store import condition, rotation
from hotline.store.events import broken

# More faults than these tell no more; the first is the one to look at.
MOST_FAULTS = 20
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Verified:
    """The outcome of a verification: how many entries there are, and the places that do not fit, in order."""

    entries: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Rotated:
    """The outcome of a rotation: fields looked at, sealed again, and places that no key of the ring opens."""

    looked_at: int
    sealed: int
    unreadable: tuple[str, ...]


def verify(services: Services) -> Verified:
    """Recomputes the hash chain of the whole event log."""
    with services.database.look() as tx:
        return Verified(condition.count_events(tx), tuple(islice(broken(tx), MOST_FAULTS)))


def rotate_keys(services: Services, progress: Progress) -> Rotated:
    """Seals everything with the newest key; `progress` hears (fields done, fields in all) after every batch.

    May be stopped at any moment and begun again: what is done is committed, and is passed over the next time.
    """
    with services.database.look() as tx:
        total = rotation.count(tx)
    looked_at = sealed = 0
    unreadable: list[str] = []
    for batch in rotation.rotate(services.database):
        looked_at += batch.looked_at
        sealed += batch.sealed
        unreadable += batch.unreadable
        progress(looked_at, max(total, looked_at))
    return Rotated(looked_at, sealed, tuple(unreadable))
