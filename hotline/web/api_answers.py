"""What the machine interface answers, as plain JSON values; every key here is described in `api_schema`."""

from datetime import UTC, datetime
from typing import Any

from hotline.views import AssessmentShown, EventShown, FactorShown, MessageShown, ReportFacts, ReportPage
from triage.indicators import Figures

Json = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    """ISO 8601 in UTC, as in 2026-01-31T03:15:00.123456Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z") if at else None


def facts(report: ReportFacts) -> Json:
    """The facts of a report: no word of a person, staff by their codes."""
    return {
        "ref": report.ref,
        "channel": report.channel,
        "level": report.level,
        "complaint": report.complaint,
        "flagged": report.flagged,
        "status": report.status,
        "opened_at": moment(report.opened_at),
        "last_message_at": moment(report.last_message_at),
        "first_offer_at": moment(report.first_offer_at),
        "accepted_at": moment(report.accepted_at),
        "first_contact_at": moment(report.first_contact_at),
        "closed_at": moment(report.closed_at),
        "closed_reason": report.closed_reason,
        "responsible": report.responsible,
        "holder": report.holder,
        "due_at": moment(report.due_at),
        "answer_by": moment(report.answer_by),
    }


def report(page: ReportPage) -> Json:
    """One report; its words are null where the role may not read them."""
    may = page.may_read_words
    return {
        **facts(page.facts),
        "may_read_words": may,
        "assessment": _assessment(page.assessment) if page.assessment else None,
        "factors": [_factor(one, may) for one in page.assessment.factors] if page.assessment else [],
        "message_count": page.message_count,
        "messages": [_message(one) for one in page.messages] if may else None,
    }


def event(one: EventShown) -> Json:
    """A transition of a report."""
    return {"at": moment(one.at), "event": one.event, "actor": one.actor, "detail": dict(one.detail)}


def figures(row: Figures) -> Json:
    """A row of the table of response times, in seconds; level or channel null means all of them."""
    return {
        "measure": row.measure,
        "level": row.level,
        "channel": row.channel,
        "target": row.target_s,
        "count": row.count,
        "met": row.met,
        "breached": row.breached,
        "waiting": row.waiting,
        "p50": row.p50,
        "p90": row.p90,
        "p99": row.p99,
        "max": row.max,
    }


def _assessment(judged: AssessmentShown) -> Json:
    return {
        "at": moment(judged.at),
        "level": judged.level,
        "complaint": judged.complaint,
        "severity": f"S{judged.severity}",
        "immediacy": f"I{judged.immediacy}",
        "score": judged.score,
        "reasons": list(judged.reasons),
        "version": judged.version,
        "flagged": judged.flagged,
    }


def _factor(one: FactorShown, may: bool) -> Json:
    return {"code": one.code, "text": one.quote if may else None}


def _message(one: MessageShown) -> Json:
    place = one.location
    return {
        "at": moment(one.at),
        "outgoing": one.outgoing,
        "text": one.text,
        "media": [{"kind": file.kind, "content_type": file.content_type} for file in one.media],
        "location": {"latitude": place.latitude, "longitude": place.longitude, "label": place.label} if place else None,
    }
