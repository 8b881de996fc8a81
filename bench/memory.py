"""How much memory each process of the service holds while it works."""

import os
from collections.abc import Iterator
from pathlib import Path

from bench.results import Figure

NAME = "memory"
_NAMES = {
    "wsgi:webhooks": "web (gunicorn)",
    "workers.run": "worker",
    "workers.ticker": "ticker",
    "valkey-server": "redis (valkey)",
}


def sizes() -> Iterator[Figure]:
    """PSS of each process that this one has started, in MB: shared pages are divided among those who share them."""
    for pid in sorted(_descendants(os.getpid())):
        name = _name(pid)
        if name:
            held = _fields(pid)
            note = f"resident {held['Rss'] / 1024:.0f} MB"
            yield Figure(NAME, f"{name}, process {pid}", held["Pss"] / 1024, "MB", note)


def _descendants(pid: int) -> set[int]:
    parents = {int(entry.name): _parent(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    found, size = {pid}, 0
    while len(found) != size:
        size = len(found)
        found |= {child for child, parent in parents.items() if parent in found}
    return found - {pid}


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0  # it ended while we looked


def _name(pid: int) -> str | None:
    line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return next((name for mark, name in _NAMES.items() if mark in line), None)


def _fields(pid: int) -> dict[str, int]:
    """Sizes in kB, as proc(5) tells them in smaps_rollup."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
