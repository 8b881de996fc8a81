"""Signs of life of the engine, its one lease, and raw events that still wait to be worked on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update

from hotline.store.session import Transaction
from hotline.store.tables import dispatch, engine_heartbeat, engine_lease, inbound_event, outbox
from triage.events import EventKind
from triage.protocol import Level
from triage.states import DispatchState, DueKind, OutboxState


def beat(tx: Transaction, component: str, now: datetime) -> None:
    """Writes that a component is alive."""
    changed = tx.execute(update(engine_heartbeat).where(engine_heartbeat.c.component == component).values(at=now))
    if not changed.rowcount:
        tx.execute(engine_heartbeat.insert().values(component=component, at=now, detail="{}"))


def last_beat(tx: Transaction, component: str) -> datetime | None:
    """When a component was last alive."""
    row = tx.one(select(engine_heartbeat.c.at).where(engine_heartbeat.c.component == component))
    return row.at if row else None


def take_lease(tx: Transaction, name: str, holder: str, now: datetime, within: timedelta) -> bool:
    """Whether `holder` may do the work of `name` until `now + within`; a lapsed lease is anybody's."""
    mine = or_(engine_lease.c.holder == holder, engine_lease.c.until <= now)
    values = {"holder": holder, "until": now + within}
    if tx.changed_one(update(engine_lease).where(engine_lease.c.name == name, mine).values(**values)):
        return True
    if tx.one(select(engine_lease.c.name).where(engine_lease.c.name == name)):
        return False
    tx.execute(engine_lease.insert().values(name=name, **values))
    return True


@dataclass(frozen=True, repr=False)
class RawEvent:
    """An event that is stored but was never worked on, with the carrier's own form."""

    id: str
    kind: EventKind
    sid: str
    step: str
    form: dict[str, list[str]]
    attempts: int
    received_at: datetime


def unprocessed(tx: Transaction, now: datetime, limit: int) -> list[RawEvent]:
    """Raw events whose next try has come, oldest first."""
    query = (
        select(inbound_event)
        .where(inbound_event.c.processed_at.is_(None))
        .where(or_(inbound_event.c.next_try_at.is_(None), inbound_event.c.next_try_at <= now))
        .order_by(inbound_event.c.received_at)
        .limit(limit)
    )
    return [_raw(tx, row) for row in tx.rows(query)]


def take_out(tx: Transaction, event_id: str) -> bool:
    """Removes a raw row, to write it again with its report in the same transaction; False if it is gone already."""
    statement = delete(inbound_event).where(inbound_event.c.id == event_id, inbound_event.c.processed_at.is_(None))
    return tx.changed_one(statement)


def try_later(tx: Transaction, event_id: str, fault: str, at: datetime) -> None:
    """Puts a raw event back by a growing pause, so that it stops no other."""
    tx.execute(
        update(inbound_event)
        .where(inbound_event.c.id == event_id)
        .values(attempts=inbound_event.c.attempts + 1, next_try_at=at, fault=fault[:64])
    )


def _raw(tx: Transaction, row: Any) -> RawEvent:
    form = json.loads(tx.open("inbound_event", "payload_enc", row.id, row.payload_enc)) if row.payload_enc else {}
    return RawEvent(row.id, EventKind(row.kind), row.provider_sid, row.step, form, row.attempts, row.received_at)


# What waits longer than a ladder does: a `low` report of the night waits for the morning.
_A_NIGHT = timedelta(hours=12)
_LONGEST_PAUSE = timedelta(minutes=1)


def pull_back(tx: Transaction, unit_id: str, waits: Mapping[Level, timedelta], now: datetime) -> None:
    """Makes due what lies further ahead than any rule would have put it, each level by its own longest wait."""
    for level, wait in waits.items():
        ahead = now + 2 * wait + (_A_NIGHT if level is Level.LOW else timedelta(0))
        seeking = dispatch.c.state.in_([DispatchState.WAITING, DispatchState.OFFERED])
        # What was booked for an hour of its own lies ahead rightly.
        unbooked = dispatch.c.due_kind != DueKind.BOOKED
        mine = and_(dispatch.c.unit_id == unit_id, dispatch.c.level == level, seeking, unbooked)
        tx.execute(update(dispatch).where(mine, dispatch.c.next_due_at > ahead).values(next_due_at=now))
    pending = and_(outbox.c.unit_id == unit_id, outbox.c.state == OutboxState.PENDING)
    tx.execute(update(outbox).where(pending, outbox.c.not_before > now + _LONGEST_PAUSE).values(not_before=now))
