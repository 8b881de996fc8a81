"""The entries of worker and ticker: bad settings end them with one line, SIGTERM ends them in order."""

import os
import signal
import subprocess
import sys

import pytest

from tests.services import ROOT, environment, eventually
from tests.town import Town

ENTRIES = ["workers.run", "workers.ticker"]


@pytest.mark.parametrize("module", ENTRIES)
def test_bad_settings_end_it_with_one_line_that_names_them_all(module: str) -> None:
    bad = {name: value for name, value in environment().items() if name not in ("DATABASE_URL", "FIELD_KEYS")}
    surroundings = {"PATH": os.environ["PATH"], **bad}
    done = subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=surroundings, capture_output=True, text=True)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "DATABASE_URL" in line
    assert "FIELD_KEYS" in line


def started(module: str, surroundings: dict[str, str]) -> subprocess.Popen[bytes]:
    """The process, in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=os.environ | surroundings | {"WORKERS": "1"},
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("module", ENTRIES)
def test_sigterm_ends_it_and_leaves_no_process(module: str, sqlite_url: str, redis_url: str) -> None:
    with Town(sqlite_url, redis_url) as town:
        running = started(module, town.environment)
        alive = town.listeners if module == "workers.run" else lambda: town.books.count("engine_heartbeat")
        eventually(lambda: alive() == 1, within=20)
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=20) == 0
        with pytest.raises(ProcessLookupError):
            os.killpg(running.pid, 0)


def test_a_ticker_outlives_a_database_that_is_not_there_yet(sqlite_url: str, redis_url: str) -> None:
    with Town(sqlite_url, redis_url) as town:
        file = sqlite_url.removeprefix("sqlite:///")
        town.worker.database.close()
        os.rename(file, file + ".aside")
        os.mkdir(file)
        running = started("workers.ticker", town.environment)
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(timeout=4)
        os.rmdir(file)
        os.rename(file + ".aside", file)
        eventually(lambda: town.books.count("engine_heartbeat") == 1, within=20)
        running.terminate()
        assert running.wait(timeout=20) == 0
