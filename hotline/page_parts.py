"""Putting the parts of a report page together: where in the shown messages the evidence of triage stands."""

from collections.abc import Sequence

from hotline.store.report_parts import Bubble, Judgement
from hotline.views import AssessmentShown, FactorShown, MessageShown, Span
from triage.urgency import Evidence


def assessment_shown(judged: Judgement | None) -> AssessmentShown | None:
    """The judgement with one factor per code; a quote stands beside it where the viewer may read words."""
    if judged is None:
        return None
    quotes: dict[str, str] = {}
    for evidence in judged.evidence:
        quotes.setdefault(evidence.code, evidence.text)
    return AssessmentShown(
        level=judged.level,
        complaint=judged.complaint,
        severity=judged.severity,
        immediacy=judged.immediacy,
        score=judged.score,
        reasons=judged.reasons,
        factors=tuple(FactorShown(code, quotes.get(code, "")) for code in judged.codes),
        version=judged.version,
        flagged=judged.flagged,
        at=judged.at,
    )


def messages_shown(bubbles: Sequence[Bubble], judged: Judgement | None) -> tuple[MessageShown, ...]:
    """The messages with the evidence marked in them."""
    marks = _marks(bubbles, judged) if judged else {}
    return tuple(
        MessageShown(
            bubble.text,
            bubble.at,
            bubble.outgoing,
            bubble.media,
            bubble.location,
            tuple(sorted(marks.get(place, []), key=lambda span: (span.start, span.end))),
        )
        for place, bubble in enumerate(bubbles)
    )


def _marks(bubbles: Sequence[Bubble], judged: Judgement) -> dict[int, list[Span]]:
    """Evidence by the place of its message.

    Triage read only the last bubbles of the caller, so its numbers count from the first that it read. How many that
    were is not kept: the one way to count under which every quote stands where it says is the right one.
    """
    heard = [place for place, one in enumerate(bubbles) if not one.outgoing and one.at <= judged.at]
    for first in range(len(heard)):
        read = heard[first:]
        if all(_fits(bubbles, read, evidence) for evidence in judged.evidence):
            return _placed(read, judged.evidence)
    return {}


def _fits(bubbles: Sequence[Bubble], read: Sequence[int], evidence: Evidence) -> bool:
    if evidence.message >= len(read):
        return False
    return bubbles[read[evidence.message]].text[evidence.start : evidence.end] == evidence.text


def _placed(read: Sequence[int], found: Sequence[Evidence]) -> dict[int, list[Span]]:
    marks: dict[int, list[Span]] = {}
    for evidence in found:
        span = Span(evidence.code, evidence.start, evidence.end)
        marks.setdefault(read[evidence.message], []).append(span)
    return marks
