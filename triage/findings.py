"""The rule detector: findings with their place in the text, from the concepts of each sentence and of the contact."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from triage.clauses import Sentence, Word, annotate, sentences
from triage.concepts.lexicon import Lexicon, lexicon
from triage.concepts.rules import BY_TIME, Rule, RuleBook, rule_book
from triage.protocol import Factor, Level

_NEAR_NOW = 4
_NEAR_PAST = 10
_DENIED_BEFORE = 14
"""Words before a finding in which talk of a film or a game still excuses it; what comes after excuses nothing."""
_DENIED_NEAR = 3
"""Words right before the first concept of a rule in which a "not" or "like" belongs to it."""
_LONGEST_PHRASE = 8
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
class Reading:
    """What the rules see in a contact, and its sentences: of each message for itself, then of all in one breath."""

    findings: tuple[Finding, ...]
    sentences: tuple[Sentence, ...]
    mask: int


def read(messages: Sequence[str]) -> Reading:
    """Everything that the rules find in a contact. Never raises; the cost is linear in the length.

    A sentence is read without its neighbours, and what a contact shows together is a union of concepts: so nothing
    that is said before, behind or between sentences takes anything away. The second reading, in which no message
    ends, makes of a sentence cut into messages the sentence that it was.
    """
    terms, book = lexicon(), rule_book()
    said = [one for number, text in enumerate(messages) for one in sentences(annotate((text,), number, terms))]
    if len(messages) > 1:
        said += sentences(annotate(messages, 0, terms))
    found: dict[tuple[int, int, int, int], Finding] = {}
    mask = 0
    for sentence in said:
        mask |= sentence.mask
        if sentence.mask & book.keys:
            _find(sentence, terms, book, found)
    findings = [*found.values()]
    findings += _of_contact(said, mask, findings, book)
    return Reading(tuple(findings), tuple(said), mask)


def _find(sentence: Sentence, terms: Lexicon, book: RuleBook, found: dict[tuple[int, int, int, int], Finding]) -> None:
    for rule in _possible(book.statement, sentence.mask & book.keys, sentence.mask):
        for finding in _held(rule, sentence.words, terms):
            found.setdefault((id(rule), finding.message, finding.start, finding.immediacy), finding)


def _possible(rules: dict[int, tuple[Rule, ...]], keys: int, mask: int) -> Iterator[Rule]:
    """The rules that begin with one of the keys and whose concepts are all there, wherever they stand."""
    rest = keys
    while rest:
        lowest = rest & -rest
        rest ^= lowest
        for rule in rules.get(lowest, ()):
            if all(group & mask for group in rule.groups):
                yield rule


def _held(rule: Rule, words: Sequence[Word], terms: Lexicon) -> Iterator[Finding]:
    """The rule at every word that carries its first concept, if the others stand near enough and nothing excuses."""
    for key, word in enumerate(words):
        if not word.mask & rule.groups[0]:
            continue
        places = _nearest(rule, key, words)
        if places and not _excused(rule, places, words):
            yield _locate(rule, places, words, terms)


def _nearest(rule: Rule, key: int, words: Sequence[Word]) -> list[int]:
    """Where the concepts of a rule stand, its first at `key`; empty if one is too far."""
    places = [key]
    for group in rule.groups[1:]:
        for apart in range(rule.span + 1):
            if key >= apart and words[key - apart].mask & group:
                places.append(key - apart)
                break
            if key + apart < len(words) and words[key + apart].mask & group:
                places.append(key + apart)
                break
        else:
            return []
    return places


def _excused(rule: Rule, places: Sequence[int], words: Sequence[Word]) -> bool:
    """Whether something that the rule does not bear stands among its words or before them."""
    first, last = min(places), max(places) + 1
    return _stands(rule.denied, words[max(0, first - _DENIED_BEFORE) : last]) or _stands(
        rule.denied_near, words[max(0, places[0] - _DENIED_NEAR) : places[0]]
    )


def _stands(mask: int, words: Sequence[Word]) -> bool:
    return bool(mask) and any(word.mask & mask for word in words)


def _locate(rule: Rule, places: Sequence[int], words: Sequence[Word], terms: Lexicon) -> Finding:
    key = places[0]
    low, high = min(places), _phrase_end(max(places), words, rule)
    apart = words[low].message != words[high].message
    if apart or words[high].token.end - words[low].token.start > _LONGEST_EVIDENCE:
        low, high = key, _phrase_end(key, words, rule)
    made = _finding(rule, words[low].message, words[low].token.start, words[high].token.end)
    return replace(made, immediacy=_time(key, words, terms)) if rule.immediacy == BY_TIME else made


def _phrase_end(place: int, words: Sequence[Word], rule: Rule) -> int:
    last = min(place + _LONGEST_PHRASE, len(words) - 1)
    while place < last and words[place + 1].message == words[place].message:
        shared = words[place].mask & words[place + 1].mask
        if not any(shared & group for group in rule.groups):
            break
        place += 1
    return place


def _time(key: int, words: Sequence[Word], terms: Lexicon) -> int:
    """Immediacy from the words of time around the act: 3 now, 2 within days, 0 long past without access, else 1."""
    near = words[max(0, key - _NEAR_PAST) : key + _NEAR_PAST + 1]
    clause = words[key].clause
    close = [word for word in words[max(0, key - _NEAR_NOW) : key + _NEAR_NOW + 1] if word.clause == clause]
    far, recent, now = terms.bit("T_FAR"), terms.bit("T_RECENT"), terms.bit("T_NOW")
    if any(word.mask & now for word in close) and not any(word.mask & far for word in near):
        return 3
    if any(word.mask & recent for word in near):
        return 2
    over = any(word.mask & far for word in near) and any(word.mask & terms.mask("NOACCESS|CHILDHOOD") for word in near)
    return 0 if over else 1


def _of_contact(said: Sequence[Sentence], mask: int, findings: Sequence[Finding], book: RuleBook) -> list[Finding]:
    """Findings that need the whole contact: concepts scattered over sentences and messages."""
    terms = lexicon()
    for finding in findings:
        mask |= terms.bit(f"F.{finding.code}")
    return [_place(rule, said, findings, terms) for rule in _possible(book.contact, mask, mask)]


def _place(rule: Rule, said: Sequence[Sentence], findings: Sequence[Finding], terms: Lexicon) -> Finding:
    for sentence in said:
        for word in sentence.words if sentence.mask & rule.groups[0] else ():
            if word.mask & rule.groups[0]:
                return _finding(rule, word.message, word.token.start, word.token.end)
    one = next(finding for finding in findings if rule.groups[0] & terms.bit(f"F.{finding.code}"))
    return _finding(rule, one.message, one.start, one.end)


def _finding(rule: Rule, message: int, start: int, end: int) -> Finding:
    immediacy = 1 if rule.immediacy == BY_TIME else rule.immediacy
    return Finding(rule.code, rule.severity, immediacy, rule.trigger, rule.floor, message, start, end)
