"""Tables of dispatch: who is responsible, who was offered what, and everything that leaves the house."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hotline.store.tables.columns import check_set, id_column, metadata, moment, one_of, sealed, to_row, unit_column
from triage.events import Channel
from triage.protocol import Level
from triage.states import (
    Audience,
    CasePart,
    ConflictReason,
    DispatchState,
    DueKind,
    Gender,
    OfferKind,
    OfferState,
    OutboxState,
)

# The ladder a report started with is the ladder it ends with: the log then agrees with the rules.
ladder_version = Table(
    "ladder_version",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("source", Text, nullable=False),
    moment("created_at", nullable=False),
)

dispatch = Table(
    "dispatch",
    metadata,
    id_column(),
    unit_column(),
    to_row("report_id", "report.id"),
    Column("episode", Integer, nullable=False, default=1),
    # The second case role is a dispatch of its own, with its own ladder, code and holder.
    Column("part", String(24), nullable=False, default=CasePart.RESPONDER, server_default="responder"),
    # What staff call the report on the phone and in answers: the same for everybody who is offered it.
    Column("code", String(5), nullable=False),
    one_of("level", Level),
    # The report's own, kept here too so that a million response times are counted without a join.
    one_of("channel", Channel),
    # Sorts like the level, so that the most urgent due row is picked first by an index.
    Column("urgency", Integer, nullable=False),
    one_of("state", DispatchState),
    Column("rung", Integer, nullable=False, default=-1),
    Column("round", Integer, nullable=False, default=0),
    # The fencing token: every rise has one event, and a change made with an old epoch changes nothing.
    Column("epoch", Integer, nullable=False, default=0),
    to_row("responsible_id", "staff.id"),
    to_row("holder_id", "staff.id", nullable=True),
    # Who held the caller's last report: asked first, if she is on duty.
    to_row("preferred_id", "staff.id", nullable=True),
    # Four eyes: who asked to close or lower an emergency, to what, and when; a second person does it or not.
    to_row("asked_by_id", "staff.id", nullable=True),
    Column("asked_for", String(48)),
    moment("asked_at"),
    Column("ladder_id", String(16), nullable=False),
    # Facts: what happened when. Clocks: when we look again, and what was promised to the caller. Never one column.
    moment("opened_at", nullable=False),
    moment("first_offered_at"),
    moment("first_notified_at"),
    moment("accepted_at"),
    moment("held_at"),
    moment("first_contact_at"),
    moment("closed_at"),
    moment("next_due_at"),
    one_of("due_kind", DueKind),
    moment("answer_by", nullable=False),
    Column("close_reason", String(32)),
    Column("fault_count", Integer, nullable=False, default=0),
    # Whole seconds from opening, written with the fact they measure: percentiles over a million rows stay cheap.
    Column("accepted_s", Integer),
    Column("contact_s", Integer),
    Column("closed_s", Integer),
    check_set("level", Level),
    check_set("channel", Channel),
    check_set("state", DispatchState),
    check_set("due_kind", DueKind),
    check_set("part", CasePart),
    CheckConstraint("(asked_by_id IS NULL) = (asked_for IS NULL)", name="asked_by_somebody"),
    CheckConstraint("state = 'closed' OR next_due_at IS NOT NULL", name="open_has_due_time"),
    CheckConstraint("(state IN ('accepted','in_contact')) = (holder_id IS NOT NULL) OR state = 'closed'", name="held"),
    UniqueConstraint("report_id", "episode", "part"),
    # A yes names a code: two open reports must never share one.
    Index(
        "uq_dispatch_open_code",
        "unit_id",
        "code",
        unique=True,
        sqlite_where=text("state <> 'closed'"),
        postgresql_where=text("state <> 'closed'"),
    ),
    Index(
        "ix_dispatch_due",
        "next_due_at",
        sqlite_where=text("state <> 'closed'"),
        postgresql_where=text("state <> 'closed'"),
    ),
    Index(
        "ix_dispatch_open",
        "unit_id",
        "urgency",
        sqlite_where=text("state <> 'closed'"),
        postgresql_where=text("state <> 'closed'"),
    ),
    Index(
        "ix_dispatch_holder",
        "holder_id",
        sqlite_where=text("state <> 'closed'"),
        postgresql_where=text("state <> 'closed'"),
    ),
    Index("ix_dispatch_opened", "unit_id", "opened_at"),
)

offer = Table(
    "offer",
    metadata,
    id_column(),
    to_row("dispatch_id", "dispatch.id"),
    Column("epoch", Integer, nullable=False),
    Column("rung", Integer, nullable=False),
    to_row("staff_id", "staff.id"),
    one_of("state", OfferState),
    Column("kind", String(24), nullable=False, default=OfferKind.LADDER, server_default="ladder"),
    # Who hands over or assigns; nobody where the ladder asks.
    to_row("asked_by_id", "staff.id", nullable=True),
    moment("offered_at", nullable=False),
    moment("first_sent_at"),
    # When she said yes; what became of it later stands in the state.
    moment("accepted_at"),
    moment("expires_at", nullable=False),
    moment("closed_at"),
    Column("close_reason", String(32)),
    Column("why", String(120), nullable=False),
    check_set("state", OfferState),
    check_set("kind", OfferKind),
    CheckConstraint("(kind = 'ladder') = (asked_by_id IS NULL)", name="asked_by_somebody"),
    UniqueConstraint("dispatch_id", "epoch", "staff_id"),
    Index(
        "uq_offer_one_yes",
        "dispatch_id",
        unique=True,
        sqlite_where=text("state = 'accepted'"),
        postgresql_where=text("state = 'accepted'"),
    ),
    Index(
        "ix_offer_pending",
        "dispatch_id",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index("ix_offer_staff_state", "staff_id", "state"),
    # When she was last asked: whoever was left in peace longest is rung first.
    Index("ix_offer_staff_at", "staff_id", "offered_at"),
)

# A conflict of interest is absolute: never offered, never shown, and no column takes it back.
exclusion = Table(
    "exclusion",
    metadata,
    id_column(),
    to_row("report_id", "report.id"),
    to_row("staff_id", "staff.id", index=True),
    one_of("reason", ConflictReason),
    Column("by_code", String(24), nullable=False),
    moment("at", nullable=False),
    check_set("reason", ConflictReason),
    UniqueConstraint("report_id", "staff_id"),
)

# What the caller wishes of whoever helps her. `only` shuts others out until she agrees, which is then written here.
wish = Table(
    "wish",
    metadata,
    Column("report_id", String(32), ForeignKey("report.id"), primary_key=True),
    one_of("gender", Gender, nullable=True),
    Column("only_this", Boolean, nullable=False, default=False),
    Column("language", String(8)),
    Column("by_code", String(24), nullable=False),
    moment("at", nullable=False),
    moment("waived_at"),
    Column("waived_by", String(24)),
    check_set("gender", Gender),
    CheckConstraint("gender IS NOT NULL OR only_this = false", name="only_of_whom"),
)

outbox = Table(
    "outbox",
    metadata,
    id_column(),
    unit_column(),
    to_row("dispatch_id", "dispatch.id", nullable=True),
    to_row("offer_id", "offer.id", nullable=True, index=True),
    one_of("audience", Audience),
    # One of the two is set: whose phone it is. The number itself stands only in their tables.
    to_row("staff_id", "staff.id", nullable=True),
    to_row("caller_id", "caller.id", nullable=True),
    one_of("channel", Channel),
    Column("template", String(48), nullable=False),
    sealed("params_enc"),
    one_of("state", OutboxState),
    Column("urgency", Integer, nullable=False, default=0),
    moment("created_at", nullable=False),
    moment("not_before", nullable=False),
    moment("send_before", nullable=False),
    Column("lease_token", Integer, nullable=False, default=0),
    moment("lease_until"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("provider_sid", String(64), index=True),
    Column("status_rank", Integer, nullable=False, default=0),
    Column("error_code", String(24)),
    moment("sent_at"),
    Column("dedupe_key", String(80), nullable=False, unique=True),
    check_set("audience", Audience),
    check_set("channel", Channel),
    check_set("state", OutboxState),
    CheckConstraint("(staff_id IS NULL) <> (caller_id IS NULL)", name="one_addressee"),
    CheckConstraint("(audience = 'caller') = (caller_id IS NOT NULL)", name="audience_fits"),
    # The carrier's word never falls back: what has arrived stays arrived (invariant I8).
    CheckConstraint("(status_rank >= 4) = (state IN ('delivered','read'))", name="rank_fits"),
    Index(
        "ix_outbox_due",
        "not_before",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    # How often a person was told something lately.
    Index(
        "ix_outbox_staff",
        "staff_id",
        "created_at",
        sqlite_where=text("staff_id IS NOT NULL"),
        postgresql_where=text("staff_id IS NOT NULL"),
    ),
    Index("ix_outbox_again", "id", sqlite_where=text("attempts > 1"), postgresql_where=text("attempts > 1")),
    Index(
        "ix_outbox_leased",
        "lease_until",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
)

# One row per real request to the carrier, so that a message that went twice can be seen.
outbox_attempt = Table(
    "outbox_attempt",
    metadata,
    id_column(),
    to_row("outbox_id", "outbox.id", index=True),
    Column("lease_token", Integer, nullable=False),
    moment("started_at", nullable=False),
    moment("ended_at"),
    Column("provider_sid", String(64)),
    Column("outcome", String(32), nullable=False),
    UniqueConstraint("outbox_id", "lease_token"),
)
