"""Tables of units, staff, their phones and shifts, their logins, and callers."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from hotline.store.tables.columns import check_set, id_column, metadata, moment, one_of, sealed, to_row, unit_column
from triage.events import Channel
from triage.states import Duty, Gender, Role

unit = Table(
    "unit",
    metadata,
    id_column(),
    Column("code", String(24), nullable=False, unique=True),
    moment("created_at", nullable=False),
    # Since when more wait than are free, and when that was last so: it ends only after a calm while.
    moment("surge_since"),
    moment("crowded_at"),
)

staff = Table(
    "staff",
    metadata,
    id_column(),
    unit_column(),
    Column("code", String(12), nullable=False),
    sealed("name_enc"),
    Column("initials", String(8), nullable=False),
    one_of("role", Role),
    Column("active", Boolean, nullable=False, default=True),
    # The desk is a row of its own without a phone: it answers for a report when the unit has no head yet, so that
    # `dispatch.responsible_id` can be NOT NULL from the very first message.
    Column("is_desk", Boolean, nullable=False, default=False),
    Column("language", String(2), nullable=False, default="id"),
    # What callers may wish for; codes of languages by comma. Unknown is neither woman nor man.
    one_of("gender", Gender, nullable=True),
    Column("speaks", String(64), nullable=False, default="id", server_default="id"),
    moment("created_at", nullable=False),
    moment("disabled_at"),
    check_set("role", Role),
    check_set("gender", Gender),
    UniqueConstraint("unit_id", "code"),
)

contact_point = Table(
    "contact_point",
    metadata,
    id_column(),
    unit_column(),
    to_row("staff_id", "staff.id", index=True),
    one_of("channel", Channel),
    sealed("address_enc"),
    Column("address_idx", LargeBinary(32), nullable=False, index=True),
    moment("created_at", nullable=False),
    moment("disabled_at"),
    moment("last_ok_at"),
    Column("fail_count", Integer, nullable=False, default=0),
    check_set("channel", Channel),
    UniqueConstraint("unit_id", "channel", "address_idx"),
)

roster_shift = Table(
    "roster_shift",
    metadata,
    id_column(),
    unit_column(),
    to_row("staff_id", "staff.id"),
    one_of("duty", Duty),
    moment("starts_at", nullable=False),
    moment("ends_at", nullable=False),
    Column("source", String(24), nullable=False),
    check_set("duty", Duty),
    CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    UniqueConstraint("unit_id", "staff_id", "duty", "starts_at"),
    Index("ix_roster_shift_window", "unit_id", "ends_at", "starts_at"),
)

account = Table(
    "account",
    metadata,
    id_column(),
    unit_column(),
    to_row("staff_id", "staff.id"),
    Column("username", String(64), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    moment("created_at", nullable=False),
    moment("disabled_at"),
    UniqueConstraint("staff_id"),
)

login_session = Table(
    "login_session",
    metadata,
    id_column(),
    to_row("account_id", "account.id", index=True),
    # Only the hash of the cookie is kept: whoever reads the database cannot become anybody.
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    moment("created_at", nullable=False),
    moment("last_seen_at", nullable=False),
    moment("ends_at", nullable=False),
    moment("revoked_at"),
)

caller = Table(
    "caller",
    metadata,
    id_column(),
    unit_column(),
    one_of("channel", Channel),
    sealed("address_enc"),
    Column("address_idx", LargeBinary(32), nullable=False),
    # The number alone, whatever the channel: what is said of a phone on WhatsApp holds for its SMS too.
    Column("phone_idx", LargeBinary(32)),
    Column("withheld", Boolean, nullable=False, default=False),
    moment("first_seen_at", nullable=False),
    # Since when we know that somebody else may read this phone; nothing takes it back.
    moment("unsafe_at"),
    # A number that was blocked is stored and read, and rung for danger alone.
    moment("blocked_at"),
    # The report that was closed last, and who held it: a next one is linked to it, and she is asked first.
    Column("last_report_id", String(32)),
    Column("last_holder_id", String(32)),
    check_set("channel", Channel),
    UniqueConstraint("unit_id", "channel", "address_idx"),
    # The number first: a plan made while the table is empty would otherwise read all callers of the unit.
    Index("ix_caller_phone", "phone_idx", "unit_id"),
)
