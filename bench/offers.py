"""The offer: how long from her message until the carrier is asked to ring the companion, quiet and in a burst."""

import json
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import func, select

from bench.forms import HIGH, Sender
from bench.ground import Ground, Site, pause, running
from bench.load import Run, drive
from bench.memory import sizes
from bench.results import Figure, percentile, times
from hotline.demo.ports import HOST
from hotline.store.tables import dispatch, inbound_event, message, outbox

NAME = "offer"
_SERVICE = ("redis", "carrier", "web", "worker", "ticker")
_THINKS_S = 0.15
# The promise is about our own part: what the carrier itself takes is not in it, because its receipt of the request
# is what is measured.
_QUIET_P99_MS, _BURST_P99_MS = 30.0, 300.0
_PATIENCE_S = 90.0


def measure(ground: Ground, *, quick: bool) -> Iterator[Figure]:
    """With a carrier that answers at once, and with one that thinks as long as a real one."""
    for pause_s in (0.0, _THINKS_S):
        site = ground.site()
        try:
            with running(site, *_SERVICE, pause_s=pause_s):
                yield from _measure(site, f"carrier {1e3 * pause_s:.0f} ms", pause_s, quick=quick)
        finally:
            ground.leave(site)


def _measure(site: Site, carrier: str, pause_s: float, *, quick: bool) -> Iterator[Figure]:
    sender = Sender(site.environ)
    # What a process does only once (connecting, preparing its statements) is not what is measured.
    _settle(site, drive(site.ports.web, sender.newcomers(60, [HIGH]), connections=4))
    _settle(site, drive(site.ports.web, sender.newcomers(40 if quick else 300, [HIGH])))
    site.analyze()
    yield _round_trip(site, carrier)
    quiet = drive(site.ports.web, sender.newcomers(6 if quick else 100, [HIGH]), rate=1 / 0.3)
    yield from _told(f"{carrier}, quiet", site, quiet, _QUIET_P99_MS)
    burst = drive(site.ports.web, sender.newcomers(100 if quick else 1000, [HIGH]))
    yield from times(NAME, f"{carrier}, burst of {len(burst.answers)}: webhook answered", burst.seconds)
    yield from _told(f"{carrier}, burst", site, burst, _BURST_P99_MS)
    if not pause_s:
        yield from sizes()


def _told(name: str, site: Site, run: Run, target_ms: float) -> list[Figure]:
    """From the moment our process begins with a webhook: in a burst it waited for its turn before that."""
    return times(NAME, f"{name}: webhook begun to carrier called", _settle(site, run), p99=target_ms)


def _settle(site: Site, run: Run) -> list[float]:
    """Waits until each report of the run was offered; returns the seconds between webhook and carrier of each."""
    since = datetime.fromtimestamp(min(answer.sent_at for answer in run.answers), UTC)
    until = time.monotonic() + _PATIENCE_S
    while True:
        offered = _offered(site, since)
        if len(offered) == len(run.answers):
            seen = _seen(site)
            return [seen[sid] - arrived_at.timestamp() for sid, arrived_at in offered]
        if time.monotonic() > until:
            raise TimeoutError(f"only {len(offered)} of {len(run.answers)} reports were offered")
        pause(0.5)


def _offered(site: Site, since: datetime) -> list[tuple[str, datetime]]:
    """The carrier's SID of each report's first offer, and when our process began with the report's message."""
    query = (
        select(func.min(outbox.c.provider_sid), inbound_event.c.received_at)
        .join_from(outbox, dispatch, dispatch.c.id == outbox.c.dispatch_id)
        .join(message, message.c.report_id == dispatch.c.report_id)
        .join(inbound_event, inbound_event.c.id == message.c.event_id)
        .where(outbox.c.template == "offer.message", outbox.c.provider_sid.is_not(None))
        .where(inbound_event.c.received_at >= since)
        .group_by(dispatch.c.id, inbound_event.c.received_at)
    )
    with site.services.database.look() as tx:
        return [(row[0], row[1]) for row in tx.rows(query)]


def _seen(site: Site) -> dict[str, float]:
    """When the carrier was here asked for what it gave each SID."""
    with urllib.request.urlopen(f"http://{HOST}:{site.ports.carrier}/", timeout=10) as answer:
        seen: dict[str, float] = json.load(answer)
    return seen


def _round_trip(site: Site, carrier: str) -> Figure:
    """What one request to this carrier takes over a kept connection."""
    request = b"POST / HTTP/1.1\r\nHost: carrier.test\r\nContent-Length: 2\r\n\r\n{}"
    took = drive(site.ports.carrier, [request] * 50, connections=1).seconds
    return Figure(NAME, f"{carrier}: its own round trip, p50", 1e3 * percentile(took, 0.5), "ms")
