"""The carrier's word on what we sent, taken in any order."""

from dataclasses import dataclass

from sqlalchemy import select, update

from hotline.store.session import Transaction
from hotline.store.tables import outbox
from triage.events import Channel
from triage.states import OutboxState

# Ranks as in twilio.md 1.4; a late `failed` after `delivered` stays an event and changes nothing.
_RANKS = {
    "queued": 1,
    "accepted": 1,
    "sending": 1,
    "initiated": 1,
    "sent": 2,
    "ringing": 2,
    "undelivered": 3,
    "failed": 3,
    "canceled": 3,
    "busy": 3,
    "no-answer": 3,
    "delivered": 4,
    "in-progress": 4,
    "read": 5,
    "completed": 5,
}
_STATES = {
    "undelivered": OutboxState.FAILED,
    "failed": OutboxState.FAILED,
    "canceled": OutboxState.FAILED,
    "busy": OutboxState.FAILED,
    "no-answer": OutboxState.FAILED,
    "delivered": OutboxState.DELIVERED,
    "in-progress": OutboxState.DELIVERED,
    "read": OutboxState.READ,
    "completed": OutboxState.READ,
}


@dataclass(frozen=True)
class Told:
    """The row a status notice was about, and whether it has just failed."""

    id: str
    dispatch_id: str | None
    offer_id: str | None
    staff_id: str | None
    channel: Channel
    template: str
    just_failed: bool


def dispatch_that_fails(tx: Transaction, outbox_id: str | None, sid: str, status: str) -> str | None:
    """The dispatch that a failed notice is about: it is to be locked before the notice is; None for other news."""
    if _STATES.get(status) is not OutboxState.FAILED:
        return None
    which = outbox.c.id == outbox_id if outbox_id else outbox.c.provider_sid == sid
    row = tx.one(select(outbox.c.dispatch_id).where(which))
    return row.dispatch_id if row else None


def apply_status(tx: Transaction, outbox_id: str | None, sid: str, status: str, code: str | None) -> Told | None:
    """Takes the carrier's word in any order; None if no row of ours is meant. The rank of a row never falls."""
    which = outbox.c.id == outbox_id if outbox_id else outbox.c.provider_sid == sid
    row = tx.one(select(outbox).where(which).with_for_update())
    if row is None:
        return None
    rank = _RANKS.get(status, 0)
    told = Told(
        row.id, row.dispatch_id, row.offer_id, row.staff_id, Channel(row.channel), row.template, just_failed=False
    )
    if rank <= row.status_rank:
        return told
    state = _STATES.get(status, OutboxState.SENT)
    values = {"state": state, "status_rank": rank, "lease_until": None, "provider_sid": row.provider_sid or sid}
    tx.execute(update(outbox).where(outbox.c.id == row.id).values(**values, error_code=code or row.error_code))
    failed = state is OutboxState.FAILED
    return Told(row.id, row.dispatch_id, row.offer_id, row.staff_id, told.channel, row.template, just_failed=failed)
