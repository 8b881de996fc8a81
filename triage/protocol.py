"""The urgency protocol as values: levels, factors, matrix, points, lift and floors, read from TOML and checked."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

_Member = TypeVar("_Member", bound=StrEnum)
DEFAULT_FILE = Path(__file__).resolve().parent.parent / "config" / "protocol.toml"


class Level(StrEnum):
    """How fast a human must be there, from danger to life (emergency) to a plain question (low)."""

    EMERGENCY = "emergency"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """3 for emergency down to 0 for low."""
        return _RANKS[self]

    @classmethod
    def highest(cls, *levels: "Level") -> "Level":
        """The most urgent of the given levels (at least one)."""
        return max(levels, key=lambda level: level.rank)


_RANKS = {Level.EMERGENCY: 3, Level.HIGH: 2, Level.MEDIUM: 1, Level.LOW: 0}


class Factor(StrEnum):
    """Codes for the evidence, section 7 of the urgency protocol."""

    HELP = "HELP"
    IMMINENT = "IMMINENT"
    WEAPON = "WEAPON"
    KILL_THREAT = "KILL_THREAT"
    STRANGLE = "STRANGLE"
    SEVERE_INJURY = "SEVERE_INJURY"
    PHYSICAL = "PHYSICAL"
    ESCALATION = "ESCALATION"
    FEAR = "FEAR"
    SUICIDE = "SUICIDE"
    SUICIDE_PERP = "SUICIDE_PERP"
    SEXUAL = "SEXUAL"
    CHILD = "CHILD"
    CONFINEMENT = "CONFINEMENT"
    STALKING = "STALKING"
    SEPARATION = "SEPARATION"
    PREGNANT = "PREGNANT"
    JEALOUSY_CONTROL = "JEALOUSY_CONTROL"
    SUBSTANCE = "SUBSTANCE"
    ECONOMIC_NEGLECT = "ECONOMIC_NEGLECT"
    PSYCHOLOGICAL = "PSYCHOLOGICAL"
    TRAFFICKING = "TRAFFICKING"
    ONLINE = "ONLINE"
    PERP_CAPABILITY = "PERP_CAPABILITY"
    EXPELLED = "EXPELLED"
    VULNERABLE = "VULNERABLE"
    UNSAFE_TO_TALK = "UNSAFE_TO_TALK"
    RETRACTION = "RETRACTION"
    PERPETRATOR_WRITING = "PERPETRATOR_WRITING"
    AGENCY = "AGENCY"
    MEDICAL = "MEDICAL"
    UNKNOWN = "UNKNOWN"


class BadProtocol(ValueError):
    """The protocol file is incoherent; the message names every fault."""


@dataclass(frozen=True)
class Protocol:
    """Weights, matrix and floors of one unit."""

    version: str
    matrix: Mapping[tuple[int, int], Level]
    triggers: frozenset[str]
    points: Mapping[Factor, int]
    lift_high: int
    lift_emergency: int
    often_contacts: int
    often_points: int
    lap_first: frozenset[Factor]
    lap_second: frozenset[Factor]
    lap_second_count: int
    unrecognised: Level
    unread: Level


def load_protocol(path: Path) -> Protocol:
    """Read and check a protocol file. Raises BadProtocol with every fault in one message."""
    try:
        source = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadProtocol(f"{path}: {fault}") from fault
    faults: list[str] = []
    protocol = _build(source, faults)
    if protocol is None or faults:
        raise BadProtocol(f"{path}: " + "; ".join(faults))
    return protocol


@cache
def default_protocol() -> Protocol:
    """The protocol that comes with the product, read once."""
    return load_protocol(DEFAULT_FILE)


def _build(source: dict[str, Any], faults: list[str]) -> Protocol | None:
    triggers, points = _section(source, "triggers", faults), _section(source, "points", faults)
    lift, floors = _section(source, "lift", faults), _section(source, "floors", faults)
    matrix = _matrix(_section(source, "matrix", faults), faults)
    built = Protocol(
        version=str(_section(source, "levels", faults).get("version", "")),
        matrix=matrix,
        triggers=_names(triggers.get("emergency"), "triggers.emergency", faults),
        points=_points(points, faults),
        lift_high=_whole(lift, "high", faults),
        lift_emergency=_whole(lift, "emergency", faults),
        often_contacts=_whole(lift, "often_contacts", faults),
        often_points=_whole(lift, "often_points", faults),
        lap_first=_factors(lift.get("lap_first", []), "lift.lap_first", faults),
        lap_second=_factors(lift.get("lap_second", []), "lift.lap_second", faults),
        lap_second_count=_whole(lift, "lap_second_count", faults),
        unrecognised=_level(floors.get("unrecognised"), "floors.unrecognised", faults),
        unread=_level(floors.get("unread"), "floors.unread", faults),
    )
    _check(built, faults)
    return None if faults else built


def _check(built: Protocol, faults: list[str]) -> None:
    if not built.version:
        faults.append("levels.version is missing")
    if built.lift_emergency < built.lift_high:
        faults.append("lift.emergency is below lift.high")
    if built.unrecognised is Level.LOW:
        faults.append("floors.unrecognised may not be low: what is not recognised is never low")
    if built.unread.rank < Level.HIGH.rank:
        faults.append("floors.unread must be high or emergency")
    _check_rising(built.matrix, faults)


def _check_rising(matrix: Mapping[tuple[int, int], Level], faults: list[str]) -> None:
    for (severity, immediacy), level in matrix.items():
        for worse in ((severity + 1, immediacy), (severity, immediacy + 1)):
            if worse in matrix and matrix[worse].rank < level.rank:
                faults.append(f"matrix: S{worse[0]}xI{worse[1]} is below S{severity}xI{immediacy}")


def _section(source: dict[str, Any], name: str, faults: list[str]) -> dict[str, Any]:
    found = source.get(name)
    if isinstance(found, dict):
        return found
    faults.append(f"section [{name}] is missing")
    return {}


def _matrix(rows: dict[str, Any], faults: list[str]) -> dict[tuple[int, int], Level]:
    matrix: dict[tuple[int, int], Level] = {}
    for severity in range(4):
        row = rows.get(f"S{severity}")
        if not isinstance(row, list) or len(row) != 4:
            faults.append(f"matrix.S{severity} must list four levels, I3 first")
            continue
        for immediacy, name in zip((3, 2, 1, 0), row, strict=True):
            matrix[severity, immediacy] = _level(name, f"matrix.S{severity}", faults)
    return matrix


def _points(rows: dict[str, Any], faults: list[str]) -> dict[Factor, int]:
    codes = _factors(list(rows), "points", faults)
    return {code: _whole(rows, code.value, faults) for code in codes}


def _whole(rows: dict[str, Any], name: str, faults: list[str]) -> int:
    number = rows.get(name)
    if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
        return number
    faults.append(f"{name} must be a whole number of 0 or more")
    return 0


def _level(name: object, where: str, faults: list[str]) -> Level:
    return _member(Level, name, where, faults) or Level.EMERGENCY


def _names(names: object, where: str, faults: list[str]) -> frozenset[str]:
    if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
        return frozenset(names)
    faults.append(f"{where} must be a list of names that is not empty")
    return frozenset()


def _factors(names: object, where: str, faults: list[str]) -> frozenset[Factor]:
    if not isinstance(names, list):
        faults.append(f"{where} must be a list of factor codes")
        return frozenset()
    found = (_member(Factor, name, where, faults) for name in names)
    return frozenset(code for code in found if code is not None)


def _member(kind: Callable[[str], _Member], name: object, where: str, faults: list[str]) -> _Member | None:
    try:
        return kind(str(name))
    except ValueError:
        faults.append(f"{where}: unknown value {name!r}")
        return None
