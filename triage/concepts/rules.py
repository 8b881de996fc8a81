"""The rules in memory: which concepts together make a finding, read once from findings.tsv."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from triage.concepts.lexicon import FOLDER, Lexicon, lexicon
from triage.protocol import Factor, Level

BY_TIME = -1
"""Immediacy to be read from the words of time around."""
SPAN = 12
"""Words that a concept may stand from the first one of its rule where the rule does not say."""


@dataclass(frozen=True, slots=True)
class Rule:
    """All groups present and nothing denied within the scope make a finding of this severity and immediacy.

    `span` is how many words each group may stand from the first one; in a contact the distance does not count.
    """

    code: Factor
    severity: int
    immediacy: int
    trigger: str
    floor: Level | None
    groups: tuple[int, ...]
    denied: int
    denied_near: int
    span: int


@dataclass(frozen=True)
class RuleBook:
    """Rules by the concept that must be there first: those of one statement, and those of the whole contact."""

    statement: dict[int, tuple[Rule, ...]]
    contact: dict[int, tuple[Rule, ...]]
    keys: int


@cache
def rule_book() -> RuleBook:
    """The rules of the product, read once."""
    return read_rules(FOLDER / "findings.tsv", lexicon())


def read_rules(table: Path, words: Lexicon) -> RuleBook:
    """Read a table of rules; concepts it names are known to the lexicon afterwards."""
    scopes: dict[str, dict[int, list[Rule]]] = {"s": defaultdict(list), "m": defaultdict(list)}
    for line in table.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            code, severity, immediacy, effect, scope, when = line.split("\t")[:6]
            rule = _rule((code, severity, immediacy, effect), scope, when, words)
            for bit in _bits(rule.groups[0]):
                scopes[scope[0]][bit].append(rule)
    statement, contact = ({bit: tuple(rules) for bit, rules in scope.items()} for scope in scopes.values())
    return RuleBook(statement, contact, sum(statement))


def _rule(head: tuple[str, str, str, str], scope: str, when: str, words: Lexicon) -> Rule:
    code, severity, immediacy, effect = head
    groups = [words.mask(piece) for piece in when.split() if piece[0] not in "-="]
    denied = denied_near = 0
    for piece in when.split():
        denied |= words.mask(piece[1:]) if piece[0] == "-" else 0
        denied_near |= words.mask(piece[1:]) if piece[0] == "=" else 0
    return Rule(
        code=Factor(code),
        severity=int(severity),
        immediacy=BY_TIME if immediacy == "t" else int(immediacy),
        trigger=effect[1:] if effect.startswith("!") else "",
        floor=Level(effect) if effect in set(Level) else None,
        groups=tuple(groups),
        denied=denied,
        denied_near=denied_near,
        span=int(scope[1:] or SPAN),
    )


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        lowest = mask & -mask
        mask ^= lowest
        found.append(lowest)
    return found
