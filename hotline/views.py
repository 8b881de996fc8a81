"""What people and machines are shown of the hotline, as frozen values: the queue, a report, pages and its events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from hotline.store.queue import QueueItem, Ringing
from hotline.store.reading import ReportFacts
from hotline.store.report_parts import Bubble, Judgement, MediaShown, NoticeShown, OfferShown
from triage.events import Channel, Location
from triage.protocol import Factor, Level
from triage.states import Happening, Role

__all__ = [
    "AssessmentShown",
    "Bubble",
    "EventShown",
    "FactorShown",
    "Judgement",
    "MediaShown",
    "MessageShown",
    "NoticeShown",
    "NumberShown",
    "OfferShown",
    "Page",
    "QueueItem",
    "ReportFacts",
    "ReportPage",
    "Ringing",
    "Span",
    "Viewer",
    "Wanted",
]


@dataclass(frozen=True)
class Viewer:
    """Who looks: a staff member, or a token of the machine interface (then `token_id` stands for her)."""

    staff_id: str | None
    role: Role
    token_id: str | None = None


class Wanted(TypedDict, total=False):
    """Which reports a list is to hold: `status` is `open` or a state of the contract; opened in [since, until)."""

    status: str | None
    level: Level | None
    channel: Channel | None
    since: datetime | None
    until: datetime | None
    cursor: str | None
    limit: int


@dataclass(frozen=True)
class Page:
    """One page of reports, newest first; `next_cursor` is None on the last."""

    reports: tuple[ReportFacts, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class Span:
    """Evidence inside a shown message: text[start:end] is why `code` was seen."""

    code: Factor
    start: int
    end: int


@dataclass(frozen=True, repr=False)
class MessageShown:
    """One message of the conversation; `spans` are ordered by start and may overlap."""

    text: str
    at: datetime
    outgoing: bool
    media: tuple[MediaShown, ...]
    location: Location | None
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, repr=False)
class FactorShown:
    """A factor that triage saw; `quote` is the caller's own word, empty where the viewer may not read words."""

    code: Factor
    quote: str = ""


@dataclass(frozen=True, repr=False)
class AssessmentShown:
    """What triage decided last; `severity` and `immediacy` 0 to 3, `reasons` its stable codes."""

    level: Level
    complaint: bool
    severity: int
    immediacy: int
    score: int
    reasons: tuple[str, ...]
    factors: tuple[FactorShown, ...]
    version: str
    flagged: bool
    at: datetime


@dataclass(frozen=True)
class EventShown:
    """A transition of a report. `event` is also the key of its label in the console's translations."""

    at: datetime
    event: Happening
    actor: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class NumberShown:
    """A caller's number as `08••••••123`, None where she hides it; `unsafe` once she said that others read along."""

    masked: str | None
    unsafe: bool


@dataclass(frozen=True, repr=False)
class ReportPage:
    """All that one viewer may see of one report; `messages` is empty where `may_read_words` is false.

    `number` is None for whoever is not to reach the caller; `previous` is the label of her report before.
    """

    facts: ReportFacts
    may_read_words: bool
    is_holder: bool
    my_offer: str | None
    number: NumberShown | None
    assessment: AssessmentShown | None
    messages: tuple[MessageShown, ...]
    message_count: int
    offers: tuple[OfferShown, ...]
    notices: tuple[NoticeShown, ...]
    timeline: tuple[EventShown, ...]
    previous: str | None = None
