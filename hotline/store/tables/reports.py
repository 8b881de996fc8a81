"""Tables of what came in: raw events, reports, messages, files, assessments and the legs of calls."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hotline.store.tables.columns import check_set, id_column, metadata, moment, one_of, sealed, to_row, unit_column
from triage.events import Channel, EventKind
from triage.protocol import Level

# Written first, before anybody thinks. (kind, SID, step) is also the guard against a replayed capture, because the
# carrier's signature carries no time; therefore the keys outlive the payload.
inbound_event = Table(
    "inbound_event",
    metadata,
    id_column(),
    unit_column(),
    one_of("kind", EventKind),
    Column("provider_sid", String(64), nullable=False),
    Column("step", String(64), nullable=False, default=""),
    sealed("payload_enc", nullable=True),
    # For a step of a call: what we answered, so that a repeated delivery hears the same.
    sealed("answer_enc", nullable=True),
    moment("received_at", nullable=False),
    moment("processed_at"),
    Column("attempts", Integer, nullable=False, default=0),
    moment("next_try_at"),
    Column("fault", String(64)),
    check_set("kind", EventKind),
    UniqueConstraint("kind", "provider_sid", "step"),
    Index(
        "ix_inbound_event_unprocessed",
        "received_at",
        sqlite_where=text("processed_at IS NULL"),
        postgresql_where=text("processed_at IS NULL"),
    ),
)

report = Table(
    "report",
    metadata,
    id_column(),
    unit_column(),
    Column("ref", String(12), nullable=False, unique=True),
    to_row("caller_id", "caller.id"),
    one_of("channel", Channel),
    one_of("level", Level),
    Column("complaint", Boolean, nullable=False),
    Column("flagged", Boolean, nullable=False, default=False),
    moment("opened_at", nullable=False),
    moment("last_message_at", nullable=False),
    moment("closed_at"),
    # The closed report of the same caller that came before this one.
    Column("previous_id", String(32)),
    check_set("channel", Channel),
    check_set("level", Level),
    # One conversation, one open report: two messages in the same second cannot open two.
    Index(
        "uq_report_open_caller",
        "caller_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index("ix_report_newest", "unit_id", "opened_at", "id"),
)

message = Table(
    "message",
    metadata,
    id_column(),
    to_row("report_id", "report.id"),
    to_row("event_id", "inbound_event.id", nullable=True),
    Column("outgoing", Boolean, nullable=False, default=False),
    sealed("body_enc"),
    sealed("location_enc", nullable=True),
    Column("media_count", Integer, nullable=False, default=0),
    moment("at", nullable=False),
    Index("ix_message_report_at", "report_id", "at"),
)

media = Table(
    "media",
    metadata,
    id_column(),
    to_row("message_id", "message.id", index=True),
    Column("provider_sid", String(64), nullable=False),
    Column("content_type", String(128), nullable=False),
    moment("announced_at", nullable=False),
    Column("sha256", LargeBinary(32)),
    sealed("content_enc", nullable=True),
    moment("imported_at"),
)

assessment = Table(
    "assessment",
    metadata,
    id_column(),
    to_row("report_id", "report.id"),
    one_of("level", Level),
    Column("complaint", Boolean, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("immediacy", Integer, nullable=False),
    Column("score", Integer, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("codes", Text, nullable=False),
    # The evidence quotes the caller, so it is sealed; the codes beside it are not hers.
    sealed("evidence_enc"),
    Column("version", String(64), nullable=False),
    Column("flagged", Boolean, nullable=False, default=False),
    moment("at", nullable=False),
    check_set("level", Level),
    CheckConstraint("severity BETWEEN 0 AND 3 AND immediacy BETWEEN 0 AND 3", name="axes_known"),
    Index("ix_assessment_report_at", "report_id", "at"),
)

# One row per staff phone that a waiting call rings; (call, number) makes a repeated step harmless.
call_leg = Table(
    "call_leg",
    metadata,
    id_column(),
    to_row("report_id", "report.id"),
    Column("call_sid", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    to_row("offer_id", "offer.id"),
    moment("started_at", nullable=False),
    moment("accepted_at"),
    moment("ended_at"),
    Column("outcome", String(24)),
    UniqueConstraint("call_sid", "number"),
    Index("ix_call_leg_offer", "offer_id"),
)
