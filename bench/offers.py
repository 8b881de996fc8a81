"""The offer: how long from her message until the carrier is asked to ring the companion, quiet and in a burst."""

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from bench.forms import HIGH, Sender
from bench.ground import Ground, Site, pause, running
from bench.load import Run, drive
from bench.memory import sizes
from bench.results import Figure, percentile, times
from hotline.demo.ports import HOST
from hotline.store.tables import dispatch, inbound_event, message

NAME = "offer"
_SERVICE = ("redis", "carrier", "web", "worker", "ticker")
_THINKS_S = 0.15
# The promise is about our own part: what the carrier itself takes is not in it, because its receipt of the request
# is what is measured.
_QUIET_P99_MS, _BURST_P99_MS = 30.0, 300.0
_CODE = re.compile(r"YA ([A-Z0-9]{4,5})\b")
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
    _settle(site, drive(site.ports.web, sender.newcomers(100, [HIGH])))
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
    arrived, called = _settle(site, run)
    begun = [called[code] - moment.timestamp() for code, moment in arrived.items()]
    return times(NAME, f"{name}: webhook begun to carrier called", begun, p99=target_ms)


def _settle(site: Site, run: Run) -> tuple[dict[str, datetime], dict[str, float]]:
    """Waits until each report of the run was offered; when its message arrived and when the carrier was called."""
    since = datetime.fromtimestamp(min(answer.sent_at for answer in run.answers)).astimezone()
    arrived, until = _arrivals(site, since), time.monotonic() + _PATIENCE_S
    while True:
        called: dict[str, float] = {}
        for at, text in _seen(site):
            for code in _CODE.findall(text):
                called.setdefault(code, at)
        if arrived.keys() <= called.keys():
            return arrived, called
        if time.monotonic() > until:
            raise TimeoutError(f"{len(arrived.keys() - called.keys())} of {len(arrived)} reports were never offered")
        pause(0.5)


def _arrivals(site: Site, since: datetime) -> dict[str, datetime]:
    """When the message of each report began to be worked on, by the code of the report."""
    query = select(dispatch.c.code, inbound_event.c.received_at).where(inbound_event.c.received_at >= since)
    query = query.join_from(dispatch, message, message.c.report_id == dispatch.c.report_id)
    query = query.join(inbound_event, inbound_event.c.id == message.c.event_id)
    with site.services.database.look() as tx:
        return {row.code: row.received_at for row in tx.rows(query)}


def _seen(site: Site) -> list[tuple[float, str]]:
    with urllib.request.urlopen(f"http://{HOST}:{site.ports.carrier}/", timeout=10) as answer:
        seen: list[tuple[float, str]] = json.load(answer)
    return seen


def _round_trip(site: Site, carrier: str) -> Figure:
    """What one request to this carrier takes over a kept connection."""
    request = b"POST / HTTP/1.1\r\nHost: carrier.test\r\nContent-Length: 2\r\n\r\n{}"
    took = drive(site.ports.carrier, [request] * 50, connections=1).seconds
    return Figure(NAME, f"{carrier}: its own round trip, p50", 1e3 * percentile(took, 0.5), "ms")
