"""The facts of reports, one by one and in pages; no word of a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select

from hotline.store.exclusions import hides_from
from hotline.store.session import Transaction
from hotline.store.tables import dispatch, report, staff
from triage.events import Channel
from triage.protocol import Level
from triage.states import CasePart, DispatchState, DueKind


@dataclass(frozen=True)
class ReportFacts:
    """The facts of one report; `status` is the contract's word, `due_at` is None once it is closed.

    `answer_by` is the promise to the caller and `closed_reason` the code that a person chose when closing.
    """

    ref: str
    channel: Channel
    level: Level
    complaint: bool
    flagged: bool
    status: DispatchState
    opened_at: datetime
    last_message_at: datetime
    first_offer_at: datetime | None
    accepted_at: datetime | None
    first_contact_at: datetime | None
    closed_at: datetime | None
    closed_reason: str | None
    responsible: str
    responsible_initials: str
    holder: str | None
    holder_initials: str | None
    due_at: datetime | None
    answer_by: datetime
    # She wrote again to a holder in contact, who has not shown yet that she heard.
    is_unheard: bool = False


@dataclass(frozen=True)
class Listing:
    """Which reports are wanted: only open ones or one state, one level, opened in [since, until), after a place.

    `after` is the (opened_at, id) of the last report of the page before.
    """

    only_open: bool = False
    state: DispatchState | None = None
    level: Level | None = None
    channel: Channel | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 50
    viewer_id: str | None = None


@dataclass(frozen=True)
class Located:
    """A report's facts with the ids by which its other rows are found."""

    report_id: str
    dispatch_id: str
    holder_id: str | None
    code: str
    facts: ReportFacts


_answering, _holding = staff.alias("answering"), staff.alias("holding")
_COLUMNS = (
    report.c.id.label("report_id"),
    report.c.ref,
    report.c.channel,
    report.c.complaint,
    report.c.flagged,
    report.c.opened_at,
    report.c.last_message_at,
    dispatch.c.id.label("dispatch_id"),
    dispatch.c.code,
    dispatch.c.level,
    dispatch.c.state,
    dispatch.c.first_offered_at,
    dispatch.c.accepted_at,
    dispatch.c.first_contact_at,
    dispatch.c.closed_at,
    dispatch.c.close_reason,
    dispatch.c.answer_by,
    dispatch.c.next_due_at,
    dispatch.c.due_kind,
    dispatch.c.holder_id,
    _answering.c.code.label("responsible_code"),
    _answering.c.initials.label("responsible_initials"),
    _holding.c.code.label("holder_code"),
    _holding.c.initials.label("holder_initials"),
)
# A later episode of the same report is a row of its own; the last one says where the report stands.
_later = dispatch.alias("later")
_IS_LAST = ~(
    select(_later.c.id)
    .where(_later.c.report_id == dispatch.c.report_id, _later.c.episode > dispatch.c.episode)
    .where(_later.c.part == CasePart.RESPONDER)
    .correlate(dispatch)
    .exists()
)
FACTS = (
    select(*_COLUMNS)
    .select_from(report)
    .join(dispatch, dispatch.c.report_id == report.c.id)
    .join(_answering, _answering.c.id == dispatch.c.responsible_id)
    .outerjoin(_holding, _holding.c.id == dispatch.c.holder_id)
    # The counsellor beside the companion has a dispatch of her own; the report stands where the first one stands.
    .where(_IS_LAST, dispatch.c.part == CasePart.RESPONDER)
)


def listed(tx: Transaction, unit_id: str, listing: Listing) -> list[Located]:
    """One page of reports, newest first."""
    query = _wanted(FACTS.where(report.c.unit_id == unit_id, ~hides_from(listing.viewer_id)), listing)
    if listing.after:
        opened_at, row_id = listing.after
        earlier = and_(report.c.opened_at == opened_at, report.c.id < row_id)
        # The first half of the condition lets the index begin at the place; the second alone would not.
        query = query.where(report.c.opened_at <= opened_at).where(or_(report.c.opened_at < opened_at, earlier))
    query = query.order_by(report.c.opened_at.desc(), report.c.id.desc()).limit(listing.limit)
    return [_located(row) for row in tx.rows(query)]


def located(tx: Transaction, unit_id: str, ref: str, viewer_id: str | None = None) -> Located | None:
    """One report of this unit, unless it is hidden from the viewer."""
    row = tx.one(FACTS.where(report.c.unit_id == unit_id, report.c.ref == ref, ~hides_from(viewer_id)))
    return _located(row) if row else None


def previous_ref(tx: Transaction, report_id: str, viewer_id: str | None) -> str | None:
    """The label of the closed report of the same caller that came before, if the viewer may know of it."""
    before = report.alias("before")
    query = select(report.c.ref).join(before, before.c.previous_id == report.c.id)
    row = tx.one(query.where(before.c.id == report_id, ~hides_from(viewer_id)))
    return str(row.ref) if row else None


def _wanted(query: Select[Any], listing: Listing) -> Select[Any]:
    if listing.only_open:
        query = query.where(dispatch.c.state != DispatchState.CLOSED)
    for column, value in ((dispatch.c.state, listing.state), (dispatch.c.level, listing.level)):
        query = query.where(column == value) if value else query
    query = query.where(report.c.channel == listing.channel) if listing.channel else query
    query = query.where(report.c.opened_at >= listing.since) if listing.since else query
    return query.where(report.c.opened_at < listing.until) if listing.until else query


def _located(row: Row[Any]) -> Located:
    is_closed = row.state == DispatchState.CLOSED
    facts = ReportFacts(
        ref=row.ref,
        channel=Channel(row.channel),
        level=Level(row.level),
        complaint=row.complaint,
        flagged=row.flagged,
        status=DispatchState(row.state),
        opened_at=row.opened_at,
        last_message_at=row.last_message_at,
        first_offer_at=row.first_offered_at,
        accepted_at=row.accepted_at,
        first_contact_at=row.first_contact_at,
        closed_at=row.closed_at,
        closed_reason=row.close_reason,
        responsible=row.responsible_code,
        responsible_initials=row.responsible_initials,
        holder=row.holder_code,
        holder_initials=row.holder_initials,
        due_at=None if is_closed else row.next_due_at,
        answer_by=row.answer_by,
        is_unheard=row.state == DispatchState.IN_CONTACT and row.due_kind != DueKind.FOLLOW_UP,
    )
    return Located(row.report_id, row.dispatch_id, row.holder_id, row.code, facts)
