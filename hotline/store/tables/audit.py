"""Tables of the event log, tokens of the machine interface, and signs of life."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from hotline.store.tables.columns import check_set, id_column, metadata, moment, one_of, unit_column
from triage.states import Happening, Role

# Append-only. Each stream (a report, or one desk of the house) is a chain: `hash` covers the row and the hash before
# it; seals in the stream "audit" chain all streams together, so that not even a whole stream can vanish unseen.
event = Table(
    "event",
    metadata,
    id_column(),
    unit_column(),
    Column("stream", String(40), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("name", String(40), nullable=False),
    Column("actor", String(24), nullable=False),
    moment("at", nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    check_set("name", Happening),
    UniqueConstraint("stream", "seq"),
    Index("ix_event_at", "at"),
)

access_token = Table(
    "access_token",
    metadata,
    id_column(),
    unit_column(),
    one_of("role", Role),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("note", String(120), nullable=False),
    moment("created_at", nullable=False),
    moment("last_used_at"),
    moment("revoked_at"),
    check_set("role", Role),
)

engine_heartbeat = Table(
    "engine_heartbeat",
    metadata,
    Column("component", String(40), primary_key=True),
    moment("at", nullable=False),
    Column("detail", Text, nullable=False, default="{}"),
)

engine_lease = Table(
    "engine_lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(64), nullable=False),
    moment("until", nullable=False),
)
