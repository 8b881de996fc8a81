"""The rule detector: findings with their place in the text, from the concepts of each statement and of the contact."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from triage.clauses import Word, annotate, windows
from triage.concepts.lexicon import Lexicon, lexicon
from triage.concepts.rules import BY_TIME, Rule, rule_book
from triage.protocol import Factor, Level

_NEAR_NOW = 4
_NEAR_PAST = 10
_LONGEST_EVIDENCE = 90


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that held, where, and what it says about severity and immediacy."""

    code: Factor
    severity: int
    immediacy: int
    trigger: str
    floor: Level | None
    message: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Bubble:
    """What the rules see in one message, or in several read in one breath."""

    findings: tuple[Finding, ...]
    mask: int
    words: tuple[Word, ...]


def read_bubble(messages: Sequence[str], first: int) -> Bubble:
    """Findings of single statements, and the concepts for the rules of the contact. Never raises.

    `first` is the number of the first of the messages in the conversation.
    """
    terms, book = lexicon(), rule_book()
    words = annotate(messages, first, terms)
    found: dict[tuple[int, int, int], Finding] = {}
    frame, carried, total = terms.mask("FRAME|RESEARCH"), 0, 0
    for word in words:
        total |= word.mask
    for begin, stop in windows(words):
        mask = 0
        for word in words[begin:stop]:
            mask |= word.mask
        framed = _frame(mask, carried, terms)
        carried |= mask & frame
        for rule in _holding(book.statement, mask & ~frame | framed):
            finding = _locate(rule, words[begin:stop], terms)
            if finding.immediacy == 0 and not total & terms.mask("NOACCESS|CHILDHOOD"):
                finding = replace(finding, immediacy=1)
            found.setdefault((id(rule), finding.message, finding.start), finding)
    return Bubble(tuple(found.values()), total, tuple(words))


def _frame(mask: int, carried: int, terms: Lexicon) -> int:
    """The talk of films, games or studies that excuses the words of a statement: none where somebody of hers acts."""
    frame = terms.mask("FRAME|RESEARCH")
    if mask & terms.mask("PARTNER_MINE|HELPCRY"):
        return 0
    return mask & frame or (0 if mask & terms.mask("HE|ME|CHILD|KIN|OTHER|KINVIC") else carried)


def contact_findings(bubbles: Sequence[Bubble]) -> list[Finding]:
    """Findings that need the whole contact: concepts scattered over sentences and messages."""
    terms, book = lexicon(), rule_book()
    mask = 0
    for bubble in bubbles:
        mask |= bubble.mask
        for finding in bubble.findings:
            mask |= terms.bit(f"F.{finding.code}")
    return [_place(rule, bubbles) for rule in _holding(book.contact, mask)]


def _holding(rules: dict[int, tuple[Rule, ...]], mask: int) -> Iterator[Rule]:
    rest = mask
    while rest:
        lowest = rest & -rest
        rest ^= lowest
        for rule in rules.get(lowest, ()):
            if not rule.denied & mask and all(group & mask for group in rule.groups):
                yield rule


def _locate(rule: Rule, words: Sequence[Word], terms: Lexicon) -> Finding:
    key = next(place for place, word in enumerate(words) if word.mask & rule.groups[0])
    places = [key]
    for group in rule.groups[1:]:
        hits = [place for place, word in enumerate(words) if word.mask & group]
        places.append(min(hits, key=lambda place: abs(place - key), default=key))
    low, high = min(places), _phrase_end(max(places), words, rule)
    apart = words[low].message != words[high].message
    if apart or words[high].token.end - words[low].token.start > _LONGEST_EVIDENCE:
        low, high = key, _phrase_end(key, words, rule)
    made = _finding(rule, words[low].message, words[low].token.start, words[high].token.end)
    return replace(made, immediacy=_time(key, words, terms)) if rule.immediacy == BY_TIME else made


def _phrase_end(place: int, words: Sequence[Word], rule: Rule) -> int:
    while place + 1 < len(words) and words[place + 1].message == words[place].message:
        shared = words[place].mask & words[place + 1].mask
        if not any(shared & group for group in rule.groups):
            break
        place += 1
    return place


def _time(key: int, words: Sequence[Word], terms: Lexicon) -> int:
    """Immediacy from the words of time around the act: 3 now, 2 within days, 0 long past, else 1."""
    near = words[max(0, key - _NEAR_PAST) : key + _NEAR_PAST + 1]
    clause = words[key].clause
    close = [word for word in words[max(0, key - _NEAR_NOW) : key + _NEAR_NOW + 1] if word.clause == clause]
    far, recent, now = terms.bit("T_FAR"), terms.bit("T_RECENT"), terms.bit("T_NOW")
    if any(word.mask & now for word in close) and not any(word.mask & far for word in close):
        return 3
    if any(word.mask & recent for word in near):
        return 2
    return 0 if any(word.mask & far for word in near) else 1


def _place(rule: Rule, bubbles: Sequence[Bubble]) -> Finding:
    for bubble in bubbles:
        for word in bubble.words:
            if word.mask & rule.groups[0]:
                return _finding(rule, word.message, word.token.start, word.token.end)
        for finding in bubble.findings:
            if rule.groups[0] & lexicon().bit(f"F.{finding.code}"):
                return _finding(rule, finding.message, finding.start, finding.end)
    raise LookupError("a rule held without a word that carries its first concept")


def _finding(rule: Rule, message: int, start: int, end: int) -> Finding:
    immediacy = 1 if rule.immediacy == BY_TIME else rule.immediacy
    return Finding(rule.code, rule.severity, immediacy, rule.trigger, rule.floor, message, start, end)
