"""The folder of a demo: its keys (made once), its database, its logs, and the environment made of them."""

import base64
import fcntl
import json
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from hotline.demo.faults import DemoFailed
from hotline.demo.ports import HOST, Ports
from hotline.simulator.settings import FAKE_ACCOUNT_SID

ROOT = Path(__file__).resolve().parent.parent.parent
UNIT_CODE = "CONTOH"
UNIT_NAME = "UPTD PPA contoh"
# In a range of Dumai's area code that is not given out.
HOTLINE = "+62765000000"
ZONE = ZoneInfo("Asia/Jakarta")
_PASSED_ON = ("PATH", "HOME", "TZ", "TMPDIR")


@dataclass(frozen=True)
class Place:
    """Where a demo lives; `database` and `redis` are URLs of servers outside, empty for our own."""

    folder: Path
    database: str = ""
    redis: str = ""

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.folder / "logs"

    @property
    def database_url(self) -> str:
        """The database: SQLite in the folder, or the one outside."""
        return self.database or f"sqlite:///{self.folder}/hotline.sqlite3"

    @property
    def has_keys(self) -> bool:
        """Whether this demo has run before."""
        return (self.folder / "keys.json").exists()

    def prepare(self, *, fresh: bool) -> None:
        """Makes the folder, for its owner alone; `fresh` forgets what was in it."""
        if fresh:
            self.remove()
        self.logs.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)

    def remove(self) -> None:
        """Forgets everything: the keys too, so that nothing can be read any more."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def lock(self) -> IO[str]:
        """Holds the folder for this process until the file is closed. Raises DemoFailed."""
        held = self.folder.with_name(f"{self.folder.name}.lock").open("w")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.close()
            raise DemoFailed(f"the demo runs already in {self.folder}; end that one first (Ctrl-C)") from None
        return held

    def keys(self) -> dict[str, str]:
        """The secrets of this demo: invented once, kept with its database, which is worthless without them."""
        kept = self.folder / "keys.json"
        if not kept.exists():
            with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(_new_keys(), file)
        found: dict[str, str] = json.loads(kept.read_text())
        return found

    def quick_protocol(self, wait_s: int) -> Path:
        """A copy of the protocol in which every rung waits only `wait_s` seconds, so that a night takes less than a
        minute; all other numbers are the real ones.
        """
        text = (ROOT / "config/protocol.toml").read_text(encoding="utf-8")
        copy = self.folder / "protocol.toml"
        copy.write_text(re.sub(r"wait_s = \d+", f"wait_s = {wait_s}", text), encoding="utf-8")
        return copy


def outside(name: str) -> str:
    """A server that the person at the keyboard names in the environment; empty for none."""
    return os.environ.get(name, "").strip()


def _new_keys() -> dict[str, str]:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        "SECRET_KEY": secrets.token_hex(32),
        "FIELD_KEYS": key(),
        "INDEX_KEY": key(),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "PASSWORD": f"contoh-{secrets.randbelow(900_000) + 100_000}",
    }


def environment(place: Place, ports: Ports, protocol: Path | None = None) -> dict[str, str]:
    """The complete environment of every process; nothing else is inherited, least of all a real account."""
    secret = {name: value for name, value in place.keys().items() if name != "PASSWORD"}
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    chosen = {"PROTOCOL_FILE": str(protocol)} if protocol else {}
    fixed = {
        "HOTLINE_MODE": "demo",
        "DATABASE_URL": place.database_url,
        "REDIS_URL": place.redis or f"redis://{HOST}:{ports.redis}/0",
        "PUBLIC_BASE_URL": f"http://{HOST}:{ports.web}",
        "TWILIO_ACCOUNT_SID": FAKE_ACCOUNT_SID,
        "TWILIO_API_BASE_URL": f"http://{HOST}:{ports.carrier}",
        "HOTLINE_NUMBER": HOTLINE,
        "UNIT_CODE": UNIT_CODE,
        "UNIT_NAME": UNIT_NAME,
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }
    return passed_on | secret | chosen | fixed
