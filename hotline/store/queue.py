"""The open reports as the queue lists them, with whom the ladder is ringing; no word of a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from hotline.store.exclusions import hides_from
from hotline.store.reading import FACTS
from hotline.store.session import Transaction
from hotline.store.tables import dispatch, offer, staff
from triage.events import Channel
from triage.protocol import Level
from triage.states import DispatchState, OfferState


class Ringing(NamedTuple):
    """A staff member whose offer is open, and until when."""

    code: str
    initials: str
    expires_at: datetime


@dataclass(frozen=True)
class QueueItem:
    """An open report as the list shows it.

    `answer_by` is the promise to the caller, `next_due_at` when the engine looks again; `my_offer` is the code under
    which the report is offered to the viewer now, and `my_offer_by` the end of that offer.
    """

    ref: str
    level: Level
    complaint: bool
    flagged: bool
    channel: Channel
    state: DispatchState
    opened_at: datetime
    last_message_at: datetime
    accepted_at: datetime | None
    first_contact_at: datetime | None
    answer_by: datetime
    next_due_at: datetime
    responsible_code: str
    responsible_initials: str
    holder_code: str | None
    holder_initials: str | None
    is_mine: bool
    ringing: tuple[Ringing, ...] = ()
    my_offer: str | None = None
    my_offer_by: datetime | None = None

    @property
    def deadline(self) -> datetime:
        """What the list is ordered by: the promised answer until there was contact, then the next look."""
        return self.answer_by if self.first_contact_at is None else self.next_due_at


def open_reports(tx: Transaction, unit_id: str, viewer_id: str | None) -> list[QueueItem]:
    """Every open report of the unit, in no order; `viewer_id` is whose own offers and reports are marked."""
    still = FACTS.where(dispatch.c.unit_id == unit_id, dispatch.c.state != DispatchState.CLOSED)
    rows = tx.rows(still.where(~hides_from(viewer_id)))
    rung = _ringing(tx, unit_id)
    return [_queue_item(row, rung.get(row.dispatch_id, []), viewer_id) for row in rows]


def _ringing(tx: Transaction, unit_id: str) -> dict[str, list[tuple[str, Ringing]]]:
    query = (
        select(offer.c.dispatch_id, offer.c.staff_id, offer.c.expires_at, staff.c.code, staff.c.initials)
        .join(staff, staff.c.id == offer.c.staff_id)
        .where(offer.c.state == OfferState.PENDING, staff.c.unit_id == unit_id)
        .order_by(offer.c.offered_at, staff.c.code)
    )
    found: dict[str, list[tuple[str, Ringing]]] = {}
    for row in tx.rows(query):
        found.setdefault(row.dispatch_id, []).append((row.staff_id, Ringing(row.code, row.initials, row.expires_at)))
    return found


def _queue_item(row: Row[Any], rung: list[tuple[str, Ringing]], viewer_id: str | None) -> QueueItem:
    mine = next((ringing for staff_id, ringing in rung if staff_id == viewer_id), None)
    return QueueItem(
        ref=row.ref,
        level=Level(row.level),
        complaint=row.complaint,
        flagged=row.flagged,
        channel=Channel(row.channel),
        state=DispatchState(row.state),
        opened_at=row.opened_at,
        last_message_at=row.last_message_at,
        accepted_at=row.accepted_at,
        first_contact_at=row.first_contact_at,
        answer_by=row.answer_by,
        next_due_at=row.next_due_at,
        responsible_code=row.responsible_code,
        responsible_initials=row.responsible_initials,
        holder_code=row.holder_code,
        holder_initials=row.holder_initials,
        is_mine=viewer_id is not None and row.holder_id == viewer_id,
        ringing=tuple(ringing for _, ringing in rung),
        my_offer=row.code if mine else None,
        my_offer_by=mine.expires_at if mine else None,
    )
