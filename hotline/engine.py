"""One tick: everything that time brings due, driven from the database alone. Two ticks at once are harmless."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from hotline import dispatch, second_tries, surge, transfers
from hotline.postmen import Postmen
from hotline.services import Services
from hotline.store import engine, events, invariants, outbox
from hotline.store.invariants import Bounds
from hotline.store.session import Transaction
from triage.protocol import Level
from triage.states import Happening

_log = logging.getLogger(__name__)
TICK = timedelta(seconds=2)
# The lease lapses a little after three missed ticks; another ticker then goes on.
_LEASE = timedelta(seconds=7)
# A notice that was due this long ago and has not gone means that nobody hears the doorbell: we send it ourselves.
_UNHEARD = timedelta(seconds=2)
_SEAL_AFTER = timedelta(seconds=60)
_ROUNDS = 50
_LONGEST_DRAIN_S = 20


def tick(services: Services, holder: str) -> bool:
    """One round by the process `holder`; False when another ticker has the lease. One failing part stops no other."""
    now = services.now()
    if not services.database.run(lambda tx: engine.take_lease(tx, _lease_name(services), holder, now, _LEASE)):
        return False
    for part in _PARTS:
        _guarded(services, part)
    return True


def drain(services: Services) -> int:
    """Climbs and sends, the most urgent first, until nothing is due; returns how much was done. For a worker.

    Nobody waits for a slow request: while some are out, others are claimed.
    """
    total, until = 0, time.monotonic() + _LONGEST_DRAIN_S
    with Postmen(services) as postmen:
        while time.monotonic() < until:
            done = dispatch.advance_due(services, services.now()) + postmen.send_due()
            total += done
            if not done + postmen.come_back(patient=not done):
                return total
    # A worker is a job of limited length; whoever comes next goes on.
    services.doorbell.ring()
    return total


def climb_all(services: Services) -> None:
    """Takes every due report one rung up."""
    for _ in range(_ROUNDS):
        if dispatch.advance_due(services, services.now()) < dispatch.BATCH:
            return


def audit(services: Services) -> list[str]:
    """Every broken invariant; whoever is lost in the machine stands in this list."""
    waits = [services.ladder.longest_wait(level) for level in Level]
    rounds = {level: services.ladder.longest_round(level) for level in Level}
    booked = max(services.rules.surge.book_within.values(), default=timedelta(0))
    bounds = Bounds(TICK, max(waits) + booked + timedelta(hours=12), rounds)
    with services.database.look() as tx:
        return list(invariants.violations(tx, services.now(), bounds))


def _end_requests(services: Services) -> None:
    transfers.expire_unanswered(services, services.now())


def _guarded(services: Services, part: Callable[[Services], None]) -> None:
    try:
        part(services)
    except Exception:  # the ticker must survive every part of it; the next tick tries again
        _log.exception("ticker.part_failed", extra={"part": part.__name__})


def _beat(services: Services) -> None:
    services.database.run(lambda tx: engine.beat(tx, "ticker", services.now()))


def _lease_name(services: Services) -> str:
    return f"ticker:{services.unit.id}"[:40]


def _mend_clocks(services: Services) -> None:
    """After a clock was set back, due times lie hours ahead: no report may wait longer than its ladder ever waits."""
    now = services.now()
    waits = {level: services.ladder.longest_wait(level) for level in Level}
    services.database.run(lambda tx: engine.pull_back(tx, services.unit.id, waits, now))


def _recover_post(services: Services) -> None:
    with Postmen(services) as postmen:
        postmen.look_for_lapsed()


def _send_unheard(services: Services) -> None:
    """Rings; and where the ring is not heard, sends (direct mode: Redis is a doorbell, not a road)."""
    now = services.now()
    heard = services.doorbell.ring()
    with services.database.look() as tx:
        waiting = outbox.overdue_count(tx, services.unit.id, now - _UNHEARD if heard else now)
    if waiting:
        drain(services)


def _seal(services: Services) -> None:
    """Chains all streams together, a minute behind the present, so that no open transaction is left out."""
    now = services.now()
    with services.database.look() as tx:
        start = events.last_seal_end(tx) or events.first_event_at(tx)
    if start is None or now - start < 2 * _SEAL_AFTER:
        return
    services.database.run(lambda tx: _write_seal(tx, services, (start, now - _SEAL_AFTER), now))
    for violation in audit(services):
        _log.error("auditor.violation", extra={"violation": violation})


def _write_seal(tx: Transaction, services: Services, window: tuple[datetime, datetime], now: datetime) -> None:
    if (events.last_seal_end(tx) or window[0]) != window[0]:
        return  # another ticker has sealed this window
    says = events.seal(tx, window)
    if says:
        entry = events.Entry(events.SEAL_STREAM, Happening.SEAL, "system", says)
        events.append(tx, [entry], services.unit.id, now)


_PARTS: tuple[Callable[[Services], None], ...] = (
    *(_beat, _mend_clocks, second_tries.work_off, climb_all, _end_requests, surge.look),
    *(_recover_post, _send_unheard, _seal),
)
