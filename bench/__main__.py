"""The command `python -m bench`: runs the benchmarks, prints a table, writes bench.json."""

import argparse
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench import million, offers, solo, webhook
from bench.ground import Ground
from bench.results import Figure, show, write

_BENCHES = {bench.NAME: bench for bench in (solo, webhook, offers, million)}


def main(arguments: Sequence[str]) -> int:
    """Runs what was asked for; 1 if a benchmark failed (a missed target is a figure, not a failure)."""
    wanted = _parse(arguments)
    figures: list[Figure] = []
    failures: dict[str, str] = {}
    console = Console(width=None if sys.stdout.isatty() else 160)
    ground = Ground()
    try:
        for name in wanted.only or _BENCHES:
            console.print(f"[dim]measuring {name} …[/]")
            figures += _run(name, ground, failures, quick=wanted.quick)
    finally:
        ground.close()
    show(figures, console)
    write(figures, failures, wanted.out)
    for name, fault in failures.items():
        console.print(f"[red]{name} failed:[/] {fault}")
    return 1 if failures else 0


def _run(name: str, ground: Ground, failures: dict[str, str], *, quick: bool) -> list[Figure]:
    found: list[Figure] = []
    try:
        found.extend(_BENCHES[name].measure(ground, quick=quick))
    except Exception as fault:  # one benchmark that fails must not take the others with it
        traceback.print_exc()
        failures[name] = f"{type(fault).__name__}: {fault}"
    return found


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measures the service on this machine.")
    parser.add_argument("--quick", action="store_true", help="small numbers: shows that it runs, not how fast")
    parser.add_argument("--only", action="append", choices=sorted(_BENCHES), help="only this one; may be repeated")
    parser.add_argument("--out", type=Path, default=Path("bench.json"), help="where the figures go")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
