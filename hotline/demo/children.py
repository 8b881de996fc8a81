"""The processes of the demo: each in a session of its own, started again when it dies, all ended at the end."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotline.demo.faults import DemoFailed
from hotline.demo.place import ROOT

_LOOK_EVERY_S = 0.2
_GLANCE_S = 0.05
_END_WITHIN_S = 6.0
# A process that keeps dying is not started in a circle: the pause doubles up to this.
_LONGEST_PAUSE_S = 5.0


@dataclass(frozen=True)
class Recipe:
    """How a process is started; `env` in full. One that the others lean on `outlives` them at the end."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    outlives: bool = False


@dataclass
class Child:
    """A process and how often it had to be started again."""

    recipe: Recipe
    process: subprocess.Popen[bytes]
    restarts: int = 0

    @property
    def session(self) -> int:
        """The id of its session, which is its own process id: whatever it starts belongs to it."""
        return self.process.pid


class Children(threading.Thread):
    """Starts processes and keeps them alive until it is told to end them.

    One thread does all the starting and lives to the end, because the kernel ends a child when the *thread* that
    started it is gone (prctl(2), PR_SET_PDEATHSIG): should the demo itself be killed, nothing stays behind.
    """

    def __init__(self, recipes: Sequence[Recipe], logs: Path, say: Callable[[str], None]) -> None:
        super().__init__(name="children", daemon=True)
        self._recipes = recipes
        self._logs = logs
        self._say = say
        self._children: dict[str, Child] = {}
        self._sessions: set[int] = set()
        self._ending = threading.Event()
        self._ready = threading.Event()
        self._fault: OSError | None = None

    def launch(self) -> None:
        """Starts all of them. Raises DemoFailed if one cannot be started at all."""
        self.start()
        self._ready.wait()
        if self._fault is not None:
            raise DemoFailed(f"a process cannot be started: {self._fault}")

    def died(self) -> str | None:
        """The name of a process that had to be started again, if there is one, with the last line it wrote."""
        for name, child in list(self._children.items()):
            if child.restarts:
                return f"{name}: {last_line(self._logs / f'{name}.log')}"
        return None

    def kill(self, name: str) -> None:
        """Ends a process and all that it started with SIGKILL, at whatever they are doing."""
        _signal_session(self._children[name].session, signal.SIGKILL)

    def end(self) -> None:
        """Ends everything: asked first, then forced; returns when nothing is left. May be called twice."""
        self._ending.set()
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        """The life of the thread."""
        try:
            for recipe in self._recipes:
                self._children[recipe.name] = Child(recipe, self._spawn(recipe))
            self._ready.set()
            while not self._ending.wait(_LOOK_EVERY_S):
                self._revive()
        except OSError as fault:
            self._fault = fault
        finally:
            self._ready.set()
            self._end_all()

    def _spawn(self, recipe: Recipe) -> subprocess.Popen[bytes]:
        with (self._logs / f"{recipe.name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*_leash(), *recipe.command],
                cwd=ROOT,
                env=dict(recipe.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._sessions.add(process.pid)
        return process

    def _revive(self) -> None:
        for child in self._children.values():
            if child.process.poll() is None:
                continue
            _signal_session(child.session, signal.SIGKILL)
            pause = min(0.2 * 2**child.restarts, _LONGEST_PAUSE_S)
            if self._ending.wait(pause):
                return
            self._say(f"{child.recipe.name} ended ({_how(child.process.returncode)}) and is started again")
            child.process = self._spawn(child.recipe)
            child.restarts += 1

    def _end_all(self) -> None:
        for outlives in (False, True):
            self._end_some([child for child in self._children.values() if child.recipe.outlives is outlives])
        for session in self._sessions:
            _end_session(session)

    def _end_some(self, children: Sequence[Child]) -> None:
        for child in children:
            child.process.terminate()  # it ends its own workers in good order
        until = time.monotonic() + _END_WITHIN_S
        while time.monotonic() < until and any(child.process.poll() is None for child in children):
            time.sleep(_GLANCE_S)
        for child in children:
            _end_session(child.session)
            child.process.wait()


def python(*arguments: str) -> list[str]:
    """The command line of our own Python."""
    return [sys.executable, *arguments]


def _leash() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def _end_session(session: int) -> None:
    """Kills what is left of a session and waits until it is gone: a signal is an order, not a fact."""
    until = time.monotonic() + _END_WITHIN_S
    while any(True for _ in members(session)) and time.monotonic() < until:
        _signal_session(session, signal.SIGKILL)
        time.sleep(_GLANCE_S)


def _signal_session(session: int, which: signal.Signals) -> None:
    for pid in members(session):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, which)


def members(session: int) -> Iterator[int]:
    """The living processes of a session, whatever group they put themselves into."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _belongs(entry, session):
            yield int(entry.name)


def _belongs(entry: Path, session: int) -> bool:
    try:
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False  # it ended while we looked
    # proc_pid_stat(5): after the name come state, parent, process group, session.
    return fields[3] == str(session) and fields[0] != "Z"


def last_line(path: Path) -> str:
    """The last line of a log that says anything."""
    if not path.exists():
        return "no log"
    lines = [line for line in path.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it wrote nothing"
