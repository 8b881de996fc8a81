"""A year of a busy unit: the tick and the reports' response times beside a million closed reports."""

import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.forms import HIGH, Sender
from bench.ground import Ground, Site, running
from bench.load import drive
from bench.results import Figure, middle, spread
from hotline import engine, oversight
from hotline.store import setup
from hotline.store.crew import leaders

NAME = "million"
_SQL = Path(__file__).with_name("bulk.sql")
_OPEN = 200
_HOLDER = "bench"


def measure(ground: Ground, *, quick: bool) -> Iterator[Figure]:
    """Ticks with 200 open reports, and what supervisors ask, while the tables are large."""
    closed = 20_000 if quick else 1_000_000
    site = ground.site()
    try:
        with running(site, "redis", "carrier", "web"):
            yield _timed("making the closed reports", lambda: _fill(ground, site, closed), 1)
            drive(site.ports.web, Sender(site.environ).newcomers(_OPEN, [HIGH]), connections=4)
            engine.drain(site.services)
            yield from _ticks(site, closed)
            yield from _questions(site, closed)
    finally:
        ground.leave(site)


def _ticks(site: Site, closed: int) -> Iterator[Figure]:
    services, beside = site.services, f"{_OPEN} open and {closed:,} closed reports"
    yield _timed(f"first seal of the log, {beside}", lambda: engine.tick(services, _HOLDER), 1)
    yield _timed(f"tick with nothing due, {beside}", lambda: engine.tick(services, _HOLDER), 20)
    yield _timed(
        f"tick with all {_OPEN} due, {beside}", lambda: engine.tick(services, _HOLDER), 3, lambda: _make_due(site)
    )
    yield _timed(f"audit of all invariants, {beside}", lambda: engine.audit(services), 3)


def _questions(site: Site, closed: int) -> Iterator[Figure]:
    now = datetime.now(UTC)
    for days, name in ((400, "all"), (30, "the last thirty days of")):
        window = (now - timedelta(days=days), now)
        asked = f"response times of {name} {closed:,} reports"
        yield _timed(asked, lambda window=window: oversight.response_times(site.services, window), 3)


def _timed(name: str, work: Callable[[], object], times: int, before: Callable[[], object] = lambda: None) -> Figure:
    spent = []
    for _ in range(times):
        before()
        start = time.perf_counter()
        work()
        spent.append(1e3 * (time.perf_counter() - start))
    return Figure(NAME, name, middle(spent), "ms", spread(spent))


def _fill(ground: Ground, site: Site, count: int) -> None:
    services = site.services
    source = services.ladder
    now = services.now()
    services.database.run(lambda tx: setup.ensure_ladder(tx, source.version, source.source, now))
    with services.database.look() as tx:
        head = leaders(tx, services.unit.id)[0]
    given = {"count": count, "unit": services.unit.id, "head": head, "ladder": source.version}
    options = [part for name, value in given.items() for part in ("-v", f"{name}={value}")]
    command = [str(ground.psql), site.dsn, "-q", "-v", "ON_ERROR_STOP=1", *options, "-f", str(_SQL)]
    subprocess.run(command, check=True, capture_output=True)
    site.order("VACUUM (ANALYZE)")


def _make_due(site: Site) -> None:
    site.order("UPDATE dispatch SET next_due_at = now() WHERE state IN ('waiting', 'offered')")
