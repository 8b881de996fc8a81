"""The webhook: how many a second beside bare commits of the same rows, and how fast at half that load."""

from collections.abc import Iterator

from bench import bare
from bench.forms import Sender, plain
from bench.ground import Ground, Site, running
from bench.load import drive
from bench.results import Figure, middle, spread, times

NAME = "webhook"
# performance.md of the design: 0.46 was reached by a prototype of the same shape.
_SHARE = 0.35
_HALF_LOAD_P99_MS = 50.0


def measure(ground: Ground, *, quick: bool) -> Iterator[Figure]:
    """Throughput, its floors, repeated callers, and the times at half load."""
    site = ground.site()
    try:
        written = bare.capture(site)
        with running(site, "redis", "web", "carrier"):
            yield from _measure(site, written, quick=quick)
    finally:
        ground.leave(site)


def _measure(site: Site, written: bare.Written, *, quick: bool) -> Iterator[Figure]:
    rounds, count = (2, 200) if quick else (5, 2000)
    sender = Sender(site.environ)
    # What a process does only once (connecting, preparing its statements) is not what is measured.
    drive(site.ports.web, sender.newcomers(60), connections=4)
    drive(site.ports.web, sender.newcomers(60 if quick else 600))
    bare.rate(site.dsn, written, 1_000_000, 200)
    site.analyze()
    served, floors = [], []
    for number in range(rounds):
        served.append(drive(site.ports.web, sender.newcomers(count)).rate)
        floors.append(bare.rate(site.dsn, written, (number + 2) * 1_000_000, count))
    floor = middle(floors)
    yield Figure(NAME, "bare commits of its rows", floor, "/s", spread(floors))
    note = spread(served)
    yield Figure(NAME, "new callers", middle(served), "/s", note, floor=floor, target=_SHARE, at_least=True)
    yield _repeated(site, sender, floor, quick=quick)
    yield from _half_load(site, sender, middle(served) / 2, count)
    yield from _floors(site, count)


def _repeated(site: Site, sender: Sender, floor: float, *, quick: bool) -> Figure:
    callers, bubbles = (100, 2) if quick else (400, 5)
    rates = [drive(site.ports.web, sender.conversations(callers, bubbles)).rate for _ in range(2 if quick else 3)]
    return Figure(NAME, f"callers who write {bubbles} times", middle(rates), "/s", spread(rates), floor=floor)


def _half_load(site: Site, sender: Sender, rate: float, count: int) -> list[Figure]:
    run = drive(site.ports.web, sender.newcomers(count), rate=rate)
    return times(NAME, f"at half load ({rate:.0f}/s)", run.seconds, p99=_HALF_LOAD_P99_MS)


def _floors(site: Site, count: int) -> Iterator[Figure]:
    """How little is left when nothing is written: our web server's own speed, and the load generator's."""
    yield Figure(NAME, "web server alone (/healthz)", drive(site.ports.web, [plain("/healthz")] * count).rate, "/s")
    own = drive(site.ports.carrier, [plain("/")] * 5 * count).rate
    yield Figure(NAME, "load generator and a bare server", own, "/s")
