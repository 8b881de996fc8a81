"""The rules of the house beside levels and ladder, read from the protocol file together and refused together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from triage.ladder import Ladder
from triage.pace import Pace, parse_pace
from triage.surge import FloodRules, SurgeRules, parse_flood, parse_surge


class BadRules(Exception):
    """A table of the protocol file is incoherent; the message names every fault."""


@dataclass(frozen=True)
class HouseRules:
    """How often phones ring again, what happens in a crowd, and how one number may not drown the others."""

    pace: Pace
    surge: SurgeRules
    flood: FloodRules


def parse_house_rules(tables: Mapping[str, Any], ladder: Ladder) -> HouseRules:
    """Reads `[pace]`, `[surge]` and `[flood]`; raises BadRules naming every fault."""
    longest = {level: steps.answer_within for level, steps in ladder.levels.items()}
    readers: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
        "pace": parse_pace,
        "surge": lambda table: parse_surge(table, longest),
        "flood": parse_flood,
    }
    read, faults = {}, []
    for name, reader in readers.items():
        try:
            read[name] = reader(tables[name])
        except (KeyError, ValueError, TypeError, AttributeError) as fault:
            faults.append(f"{name}: {fault}")
    if faults:
        raise BadRules("; ".join(faults))
    return HouseRules(**read)
