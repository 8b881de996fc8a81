"""What a benchmark says: figures with their floors and targets, as a table and as JSON."""

import json
import math
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One measured value. `floor` is the other side of a ratio, from the same run; `target` is what we promise."""

    bench: str
    name: str
    value: float
    unit: str
    spread: str = ""
    floor: float | None = None
    target: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        """The value as a multiple of its floor."""
        return self.value / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; a target beside a floor and `at_least` is one of the ratio."""
        if self.target is None:
            return None
        if self.at_least:
            return (self.ratio or self.value) >= self.target
        return self.value <= self.target


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of all values lie, by the nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(values: Sequence[float]) -> str:
    """Median and range in words, for the detail of a figure."""
    return f"median of {len(values)}: {min(values):.4g} to {max(values):.4g}"


def times(bench: str, name: str, seconds: Sequence[float], **targets: float) -> list[Figure]:
    """p50 and p99 of some times, in milliseconds; `targets` by the name of the percentile."""
    note = f"{len(seconds)} times, longest {1e3 * max(seconds):.0f} ms"
    return [
        Figure(bench, f"{name}, {mark}", 1e3 * percentile(seconds, share), "ms", note, target=targets.get(mark))
        for mark, share in (("p50", 0.5), ("p99", 0.99))
    ]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def show(figures: Sequence[Figure], console: Console) -> None:
    """Prints the table."""
    table = Table(title="hotline benchmarks: one run, one machine, both sides of each ratio")
    for heading in ("benchmark", "figure", "value", "beside", "ratio", "target", "spread"):
        table.add_column(heading, overflow="fold")
    for figure in figures:
        table.add_row(figure.bench, figure.name, *_cells(figure), figure.spread)
    console.print(table)


def _cells(figure: Figure) -> tuple[str, str, str, str]:
    floor = "" if figure.floor is None else f"{figure.floor:,.4g}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    target = ""
    if figure.target is not None:
        sign = ">=" if figure.at_least else "<="
        target = f"{'[green]met' if figure.met else '[red]missed'}[/] {sign} {figure.target:g}"
    return f"{figure.value:,.4g} {figure.unit}", floor, ratio, target


def write(figures: Sequence[Figure], failures: dict[str, str], path: Path) -> None:
    """Writes everything, with what it was measured on."""
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    listed = [asdict(figure) | {"ratio": figure.ratio, "met": figure.met} for figure in figures]
    path.write_text(json.dumps({"machine": machine, "figures": listed, "failures": failures}, indent=1) + "\n")
