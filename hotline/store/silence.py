"""Phones that somebody else may read: marked for good, and nothing planned for them leaves any more."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update

from hotline.store.recognition import Address, caller_phone_index
from hotline.store.session import Transaction
from hotline.store.tables import caller, outbox
from triage.states import Audience, OutboxState


def keep_silent(tx: Transaction, unit_id: str, caller_id: str, address: Address, now: datetime) -> None:
    """Marks her phone on every channel as read by others, and withdraws what was still to be sent to it."""
    mine: ColumnElement[bool] = caller.c.id == caller_id
    if address.phone:
        mine = or_(mine, caller.c.phone_idx == caller_phone_index(tx, unit_id, address.phone))
    hers = select(caller.c.id).where(caller.c.unit_id == unit_id, mine)
    marked = update(caller).where(caller.c.unit_id == unit_id, mine, caller.c.unsafe_at.is_(None))
    tx.execute(marked.values(unsafe_at=now))
    tx.execute(
        update(outbox)
        .where(outbox.c.audience == Audience.CALLER, outbox.c.caller_id.in_(hers))
        .where(outbox.c.state == OutboxState.PENDING)
        .values(state=OutboxState.CANCELLED)
    )
