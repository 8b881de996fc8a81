"""Signs of life that the processes leave in the database."""

from datetime import datetime

from sqlalchemy import select

from hotline.store.session import Transaction
from hotline.store.tables import engine_heartbeat


def last_beat(tx: Transaction, component: str) -> datetime | None:
    """When a component last gave a sign of life, or None if it never did."""
    row = tx.one(select(engine_heartbeat.c.at).where(engine_heartbeat.c.component == component))
    return row.at if row else None
