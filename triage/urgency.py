"""How urgent a conversation is: the values that cross the border, and the score."""

from collections.abc import Sequence
from dataclasses import dataclass

from triage.findings import Finding, read
from triage.protocol import Factor, Level, Protocol
from triage.recognition import Recognition, recognise


@dataclass(frozen=True)
class Conversation:
    """What one contact sent since it opened, oldest first, and what is known of it already."""

    messages: tuple[str, ...]
    channel: str = "whatsapp"
    unheard_media: int = 0
    prior_level: Level | None = None
    prior_factors: frozenset[Factor] = frozenset()
    unreadable: bool = False
    contacts_24h: int = 0


@dataclass(frozen=True)
class Evidence:
    """Why a factor was seen: messages[message][start:end] == text."""

    code: Factor
    text: str
    message: int
    start: int
    end: int


@dataclass(frozen=True)
class Assessment:
    """The outcome. `reasons` are stable codes such as "trigger:weapon", "table:S2xI3", "lift:14", "floor:unknown"."""

    level: Level
    complaint: bool
    severity: int
    immediacy: int
    score: int
    factors: tuple[Evidence, ...]
    reasons: tuple[str, ...]
    version: str
    flagged: bool = False


@dataclass(frozen=True)
class Vote:
    """What one detector says of a conversation; of several the higher counts, so that adding one can only raise."""

    level: Level
    reason: str
    severity: int = 0
    immediacy: int = 0


def score(conversation: Conversation, protocol: Protocol) -> Assessment:
    """The level of a conversation with its evidence. Pure; does not raise for any text."""
    reading = read(conversation.messages)
    found = _votes(reading.findings, conversation, protocol)
    recognition = recognise(conversation.messages, reading, bool(found))
    votes = found + _default_votes(recognition, protocol)
    votes += _given_votes(recognition, conversation, protocol)
    return _assess(conversation, reading.findings, votes, recognition, protocol)


def score_safely(conversation: Conversation, protocol: Protocol) -> Assessment:
    """The score, or `high` and flagged for a person if the engine fails; a prior level is never lowered."""
    try:
        return score(conversation, protocol)
    except Exception:  # the hotline must survive every fault of the engine, and unknown is not low
        level = Level.highest(Level.HIGH, conversation.prior_level or Level.HIGH)
        return Assessment(level, True, 0, 3, 0, (), ("engine-failure",), protocol.version, flagged=True)


def _votes(findings: Sequence[Finding], conversation: Conversation, protocol: Protocol) -> list[Vote]:
    votes = [_vote(finding, protocol) for finding in findings if _counts(finding)]
    codes = {finding.code for finding in findings if finding.immediacy}
    if not any(vote.level.rank >= Level.MEDIUM.rank for vote in votes):
        return votes
    return votes + _lifts(codes | conversation.prior_factors, conversation, protocol)


def _counts(finding: Finding) -> bool:
    return bool(finding.severity or finding.trigger or finding.floor or finding.immediacy == 3)


def _vote(finding: Finding, protocol: Protocol) -> Vote:
    severity, immediacy = finding.severity, finding.immediacy
    if finding.trigger in protocol.triggers:
        return Vote(Level.EMERGENCY, f"trigger:{finding.trigger}", severity, immediacy)
    level = protocol.matrix[severity, immediacy]
    if finding.floor and finding.floor.rank > level.rank:
        return Vote(finding.floor, f"floor:{finding.code.lower()}", severity, immediacy)
    return Vote(level, f"table:S{severity}xI{immediacy}", severity, immediacy)


def _lifts(codes: frozenset[Factor] | set[Factor], conversation: Conversation, protocol: Protocol) -> list[Vote]:
    points = _points(codes, conversation, protocol)
    votes = []
    if points >= protocol.lift_emergency:
        votes.append(Vote(Level.EMERGENCY, f"lift:{points}"))
    elif points >= protocol.lift_high:
        votes.append(Vote(Level.HIGH, f"lift:{points}"))
    if len(codes & protocol.lap_second) >= protocol.lap_second_count:
        votes.append(Vote(Level.EMERGENCY, "lap:second"))
    if codes & protocol.lap_first & conversation.prior_factors:
        votes.append(Vote(Level.EMERGENCY, "lap:first"))
    return votes


def _points(codes: frozenset[Factor] | set[Factor], conversation: Conversation, protocol: Protocol) -> int:
    often = protocol.often_points if conversation.contacts_24h >= protocol.often_contacts else 0
    return sum(protocol.points.get(code, 0) for code in codes) + often


def _default_votes(recognition: Recognition, protocol: Protocol) -> list[Vote]:
    """What holds when the words say nothing, or nobody can read them: unknown is never low."""
    if recognition.unreadable:
        return [Vote(protocol.unread, "floor:unknown", 0, 3)]
    if not recognition.harmless:
        return [Vote(protocol.unrecognised, "default:unrecognised", 0, 1)]
    return [Vote(Level.LOW, f"proof:{recognition.proof}", 0, 1)]


def _given_votes(recognition: Recognition, conversation: Conversation, protocol: Protocol) -> list[Vote]:
    """What is known without the words: the level it had, media, a contact that left no text."""
    votes = []
    if conversation.prior_level is not None:
        votes.append(Vote(conversation.prior_level, "prior"))
    if conversation.unreadable or not conversation.messages:
        votes.append(Vote(protocol.unread, "floor:unknown", 0, 3))
    if conversation.unheard_media and not recognition.explains_media:
        votes.append(Vote(protocol.unread, "floor:unheard", 0, 3))
    return votes


def _assess(
    conversation: Conversation,
    findings: Sequence[Finding],
    votes: Sequence[Vote],
    recognition: Recognition,
    protocol: Protocol,
) -> Assessment:
    level = Level.highest(*(vote.level for vote in votes))
    leading = max(votes, key=lambda vote: (vote.level.rank, vote.severity, vote.immediacy))
    codes = {finding.code for finding in findings if finding.immediacy}
    reasons = tuple(dict.fromkeys(vote.reason for vote in votes if vote.level is level))
    return Assessment(
        level=level,
        complaint=level is not Level.LOW or not recognition.nobody_in_need,
        severity=leading.severity,
        immediacy=leading.immediacy,
        score=_points(codes | conversation.prior_factors, conversation, protocol),
        factors=_evidence(conversation, findings),
        reasons=reasons,
        version=protocol.version,
    )


def _evidence(conversation: Conversation, findings: Sequence[Finding]) -> tuple[Evidence, ...]:
    found: dict[tuple[Factor, int, int], Evidence] = {}
    for finding in findings:
        text = conversation.messages[finding.message][finding.start : finding.end]
        place = (finding.code, finding.message, finding.start)
        if place not in found or len(found[place].text) < len(text):
            found[place] = Evidence(finding.code, text, finding.message, finding.start, finding.end)
    return tuple(sorted(found.values(), key=lambda one: (one.message, one.start, one.end, one.code)))
