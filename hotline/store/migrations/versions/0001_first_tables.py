"""The first tables: units, staff, callers, reports, dispatch, the outbox and the event log."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """To the new tables."""
    op.create_table(
        "engine_heartbeat",
        sa.Column("component", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("component", name=op.f("pk_engine_heartbeat")),
    )
    op.create_table(
        "engine_lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_engine_lease")),
    )
    op.create_table(
        "ladder_version",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_version")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("surge_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("crowded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    op.create_table(
        "access_token",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('companion', 'counsellor', 'psychologist', 'supervisor', 'head', 'auditor')",
            name=op.f("ck_access_token_role_known"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_access_token_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_token_token_hash")),
    )
    op.create_table(
        "caller",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("address_enc", sa.LargeBinary(), nullable=False),
        sa.Column("address_idx", sa.LargeBinary(length=32), nullable=False),
        sa.Column("phone_idx", sa.LargeBinary(length=32), nullable=True),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unsafe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_report_id", sa.String(length=32), nullable=True),
        sa.Column("last_holder_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("channel IN ('whatsapp', 'sms', 'voice')", name=op.f("ck_caller_channel_known")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_caller_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caller")),
        sa.UniqueConstraint("unit_id", "channel", "address_idx", name=op.f("uq_caller_unit_id_channel_address_idx")),
    )
    with op.batch_alter_table("caller", schema=None) as batch_op:
        batch_op.create_index("ix_caller_phone", ["phone_idx", "unit_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("stream", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint(
            "name IN ('report.opened', 'report.message_added', 'report.level_raised', 'report.level_lowered', 'report.booked', 'report.closed', 'report.second_person_asked', 'report.wish_noted', 'report.wish_waived', 'report.person_excluded', 'report.viewed', 'report.number_revealed', 'report.first_contact', 'dispatch.offered', 'dispatch.rung_empty', 'dispatch.no_cover', 'dispatch.holder_reminded', 'dispatch.holder_lapsed', 'dispatch.follow_up_due', 'dispatch.released', 'dispatch.handover_asked', 'dispatch.handed_over', 'dispatch.assigned', 'dispatch.counsellor_sought', 'offer.unanswered', 'offer.accepted', 'offer.declined', 'offer.unreachable', 'offer.answered_late', 'notice.failed', 'notice.unclear', 'call.started', 'call.ringing_staff', 'call.staff_unanswered', 'call.bridged', 'call.voicemail', 'call.recorded', 'call.ended', 'staff.unclear_answer', 'staff.opted_out', 'staff.present', 'staff.added', 'staff.described', 'staff.disabled', 'caller.soft_blocked', 'caller.unblocked', 'unit.surge_on', 'unit.surge_off', 'roster.imported', 'token.created', 'token.revoked', 'account.made', 'account.password_changed', 'account.signed_in', 'account.sign_in_refused', 'account.signed_out', 'audit.sealed')",
            name=op.f("ck_event_name_known"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_event_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("stream", "seq", name=op.f("uq_event_stream_seq")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_at", ["at"], unique=False)

    op.create_table(
        "inbound_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("provider_sid", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("payload_enc", sa.LargeBinary(), nullable=True),
        sa.Column("answer_enc", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "kind IN ('message', 'message_status', 'call', 'call_status', 'recording')",
            name=op.f("ck_inbound_event_kind_known"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_inbound_event_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_event")),
        sa.UniqueConstraint("kind", "provider_sid", "step", name=op.f("uq_inbound_event_kind_provider_sid_step")),
    )
    with op.batch_alter_table("inbound_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbound_event_unprocessed",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("processed_at IS NULL"),
            postgresql_where=sa.text("processed_at IS NULL"),
        )

    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name_enc", sa.LargeBinary(), nullable=False),
        sa.Column("initials", sa.String(length=8), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("is_desk", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("gender", sa.String(length=24), nullable=True),
        sa.Column("speaks", sa.String(length=64), server_default="id", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("gender IN ('woman', 'man')", name=op.f("ck_staff_gender_known")),
        sa.CheckConstraint(
            "role IN ('companion', 'counsellor', 'psychologist', 'supervisor', 'head', 'auditor')",
            name=op.f("ck_staff_role_known"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_staff_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("unit_id", "code", name=op.f("uq_staff_unit_id_code")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_account_staff_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_account_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_account_staff_id")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_table(
        "contact_point",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("address_enc", sa.LargeBinary(), nullable=False),
        sa.Column("address_idx", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_ok_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fail_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("channel IN ('whatsapp', 'sms', 'voice')", name=op.f("ck_contact_point_channel_known")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_contact_point_staff_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_contact_point_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint(
            "unit_id", "channel", "address_idx", name=op.f("uq_contact_point_unit_id_channel_address_idx")
        ),
    )
    with op.batch_alter_table("contact_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_point_address_idx"), ["address_idx"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_point_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("caller_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("level", sa.String(length=24), nullable=False),
        sa.Column("complaint", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("previous_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("channel IN ('whatsapp', 'sms', 'voice')", name=op.f("ck_report_channel_known")),
        sa.CheckConstraint("level IN ('emergency', 'high', 'medium', 'low')", name=op.f("ck_report_level_known")),
        sa.ForeignKeyConstraint(["caller_id"], ["caller.id"], name=op.f("fk_report_caller_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_report_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("ref", name=op.f("uq_report_ref")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index("ix_report_newest", ["unit_id", "opened_at", "id"], unique=False)
        batch_op.create_index(
            "uq_report_open_caller",
            ["caller_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "roster_shift",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("duty", sa.String(length=24), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.CheckConstraint("duty IN ('first', 'second')", name=op.f("ck_roster_shift_duty_known")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_roster_shift_ends_after_start")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_roster_shift_staff_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_roster_shift_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_shift")),
        sa.UniqueConstraint(
            "unit_id", "staff_id", "duty", "starts_at", name=op.f("uq_roster_shift_unit_id_staff_id_duty_starts_at")
        ),
    )
    with op.batch_alter_table("roster_shift", schema=None) as batch_op:
        batch_op.create_index("ix_roster_shift_window", ["unit_id", "ends_at", "starts_at"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=24), nullable=False),
        sa.Column("complaint", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("immediacy", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("evidence_enc", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('emergency', 'high', 'medium', 'low')", name=op.f("ck_assessment_level_known")),
        sa.CheckConstraint(
            "severity BETWEEN 0 AND 3 AND immediacy BETWEEN 0 AND 3", name=op.f("ck_assessment_axes_known")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_assessment_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index("ix_assessment_report_at", ["report_id", "at"], unique=False)

    op.create_table(
        "dispatch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=24), server_default="responder", nullable=False),
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("level", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("responsible_id", sa.String(length=32), nullable=False),
        sa.Column("holder_id", sa.String(length=32), nullable=True),
        sa.Column("preferred_id", sa.String(length=32), nullable=True),
        sa.Column("asked_by_id", sa.String(length=32), nullable=True),
        sa.Column("asked_for", sa.String(length=48), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ladder_id", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_kind", sa.String(length=24), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("close_reason", sa.String(length=32), nullable=True),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.Column("accepted_s", sa.Integer(), nullable=True),
        sa.Column("contact_s", sa.Integer(), nullable=True),
        sa.Column("closed_s", sa.Integer(), nullable=True),
        sa.CheckConstraint("channel IN ('whatsapp', 'sms', 'voice')", name=op.f("ck_dispatch_channel_known")),
        sa.CheckConstraint(
            "(state IN ('accepted','in_contact')) = (holder_id IS NOT NULL) OR state = 'closed'",
            name=op.f("ck_dispatch_held"),
        ),
        sa.CheckConstraint(
            "due_kind IN ('next_rung', 'remind_holder', 'contact_lapse', 'follow_up', 'booked')",
            name=op.f("ck_dispatch_due_kind_known"),
        ),
        sa.CheckConstraint("part IN ('responder', 'counsellor')", name=op.f("ck_dispatch_part_known")),
        sa.CheckConstraint("(asked_by_id IS NULL) = (asked_for IS NULL)", name=op.f("ck_dispatch_asked_by_somebody")),
        sa.CheckConstraint("level IN ('emergency', 'high', 'medium', 'low')", name=op.f("ck_dispatch_level_known")),
        sa.CheckConstraint("state = 'closed' OR next_due_at IS NOT NULL", name=op.f("ck_dispatch_open_has_due_time")),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'accepted', 'in_contact', 'closed')", name=op.f("ck_dispatch_state_known")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["staff.id"], name=op.f("fk_dispatch_holder_id")),
        sa.ForeignKeyConstraint(["preferred_id"], ["staff.id"], name=op.f("fk_dispatch_preferred_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_dispatch_asked_by_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_dispatch_report_id")),
        sa.ForeignKeyConstraint(["responsible_id"], ["staff.id"], name=op.f("fk_dispatch_responsible_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_dispatch_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("report_id", "episode", "part", name=op.f("uq_dispatch_report_id_episode_part")),
    )
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dispatch_due",
            ["next_due_at"],
            unique=False,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.create_index(
            "ix_dispatch_holder",
            ["holder_id"],
            unique=False,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.create_index(
            "ix_dispatch_open",
            ["unit_id", "urgency"],
            unique=False,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.create_index("ix_dispatch_opened", ["unit_id", "opened_at"], unique=False)
        batch_op.create_index(
            "uq_dispatch_open_code",
            ["unit_id", "code"],
            unique=True,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )

    op.create_table(
        "login_session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_login_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_account_id"), ["account_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("event_id", sa.String(length=32), nullable=True),
        sa.Column("outgoing", sa.Boolean(), nullable=False),
        sa.Column("body_enc", sa.LargeBinary(), nullable=False),
        sa.Column("location_enc", sa.LargeBinary(), nullable=True),
        sa.Column("media_count", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["inbound_event.id"], name=op.f("fk_message_event_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_message_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_report_at", ["report_id", "at"], unique=False)

    op.create_table(
        "media",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("provider_sid", sa.String(length=64), nullable=False),
        sa.Column("content_type", sa.String(length=128), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("content_enc", sa.LargeBinary(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_media_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_message_id"), ["message_id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("dispatch_id", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=24), server_default="ladder", nullable=False),
        sa.Column("asked_by_id", sa.String(length=32), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.String(length=32), nullable=True),
        sa.Column("why", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'accepted', 'declined', 'expired', 'rescinded', 'dead')",
            name=op.f("ck_offer_state_known"),
        ),
        sa.CheckConstraint("kind IN ('ladder', 'handover', 'assigned')", name=op.f("ck_offer_kind_known")),
        sa.CheckConstraint("(kind = 'ladder') = (asked_by_id IS NULL)", name=op.f("ck_offer_asked_by_somebody")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_offer_asked_by_id")),
        sa.ForeignKeyConstraint(["dispatch_id"], ["dispatch.id"], name=op.f("fk_offer_dispatch_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_offer_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("dispatch_id", "epoch", "staff_id", name=op.f("uq_offer_dispatch_id_epoch_staff_id")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_offer_pending",
            ["dispatch_id"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index("ix_offer_staff_at", ["staff_id", "offered_at"], unique=False)
        batch_op.create_index("ix_offer_staff_state", ["staff_id", "state"], unique=False)
        batch_op.create_index(
            "uq_offer_one_yes",
            ["dispatch_id"],
            unique=True,
            sqlite_where=sa.text("state = 'accepted'"),
            postgresql_where=sa.text("state = 'accepted'"),
        )

    op.create_table(
        "exclusion",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("by_code", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('is_caller', 'party', 'acquainted')", name=op.f("ck_exclusion_reason_known")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_exclusion_report_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_exclusion_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion")),
        sa.UniqueConstraint("report_id", "staff_id", name=op.f("uq_exclusion_report_id_staff_id")),
    )
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exclusion_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "wish",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("gender", sa.String(length=24), nullable=True),
        sa.Column("only_this", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("by_code", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waived_by", sa.String(length=24), nullable=True),
        sa.CheckConstraint("gender IN ('woman', 'man')", name=op.f("ck_wish_gender_known")),
        sa.CheckConstraint("gender IS NOT NULL OR only_this = false", name=op.f("ck_wish_only_of_whom")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_wish_report_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_wish")),
    )
    op.create_table(
        "call_leg",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_call_leg_offer_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_call_leg_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_leg")),
        sa.UniqueConstraint("call_sid", "number", name=op.f("uq_call_leg_call_sid_number")),
    )
    with op.batch_alter_table("call_leg", schema=None) as batch_op:
        batch_op.create_index("ix_call_leg_offer", ["offer_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("dispatch_id", sa.String(length=32), nullable=True),
        sa.Column("offer_id", sa.String(length=32), nullable=True),
        sa.Column("audience", sa.String(length=24), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("caller_id", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("template", sa.String(length=48), nullable=False),
        sa.Column("params_enc", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_token", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("provider_sid", sa.String(length=64), nullable=True),
        sa.Column("status_rank", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=24), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dedupe_key", sa.String(length=80), nullable=False),
        sa.CheckConstraint("(audience = 'caller') = (caller_id IS NOT NULL)", name=op.f("ck_outbox_audience_fits")),
        sa.CheckConstraint("audience IN ('staff', 'caller')", name=op.f("ck_outbox_audience_known")),
        sa.CheckConstraint("channel IN ('whatsapp', 'sms', 'voice')", name=op.f("ck_outbox_channel_known")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled')",
            name=op.f("ck_outbox_state_known"),
        ),
        sa.CheckConstraint("(status_rank >= 4) = (state IN ('delivered','read'))", name=op.f("ck_outbox_rank_fits")),
        sa.CheckConstraint("(staff_id IS NULL) <> (caller_id IS NULL)", name=op.f("ck_outbox_one_addressee")),
        sa.ForeignKeyConstraint(["caller_id"], ["caller.id"], name=op.f("fk_outbox_caller_id")),
        sa.ForeignKeyConstraint(["dispatch_id"], ["dispatch.id"], name=op.f("fk_outbox_dispatch_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_outbox_offer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_outbox_staff_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_outbox_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_again",
            ["id"],
            unique=False,
            sqlite_where=sa.text("attempts > 1"),
            postgresql_where=sa.text("attempts > 1"),
        )
        batch_op.create_index(
            "ix_outbox_due",
            ["not_before"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(
            "ix_outbox_leased",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.create_index(
            "ix_outbox_staff",
            ["staff_id", "created_at"],
            unique=False,
            sqlite_where=sa.text("staff_id IS NOT NULL"),
            postgresql_where=sa.text("staff_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_outbox_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_provider_sid"), ["provider_sid"], unique=False)

    op.create_table(
        "outbox_attempt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("outbox_id", sa.String(length=32), nullable=False),
        sa.Column("lease_token", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_sid", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_outbox_attempt_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_attempt")),
        sa.UniqueConstraint("outbox_id", "lease_token", name=op.f("uq_outbox_attempt_outbox_id_lease_token")),
    )
    with op.batch_alter_table("outbox_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_attempt_outbox_id"), ["outbox_id"], unique=False)


def downgrade() -> None:
    """Back to the tables before."""
    with op.batch_alter_table("outbox_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_attempt_outbox_id"))

    op.drop_table("outbox_attempt")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_provider_sid"))
        batch_op.drop_index(batch_op.f("ix_outbox_offer_id"))
        batch_op.drop_index(
            "ix_outbox_staff",
            sqlite_where=sa.text("staff_id IS NOT NULL"),
            postgresql_where=sa.text("staff_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_outbox_leased", sqlite_where=sa.text("state = 'sending'"), postgresql_where=sa.text("state = 'sending'")
        )
        batch_op.drop_index(
            "ix_outbox_due", sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'")
        )
        batch_op.drop_index(
            "ix_outbox_again", sqlite_where=sa.text("attempts > 1"), postgresql_where=sa.text("attempts > 1")
        )

    op.drop_table("outbox")
    with op.batch_alter_table("call_leg", schema=None) as batch_op:
        batch_op.drop_index("ix_call_leg_offer")

    op.drop_table("call_leg")
    op.drop_table("wish")
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exclusion_staff_id"))

    op.drop_table("exclusion")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_offer_one_yes",
            sqlite_where=sa.text("state = 'accepted'"),
            postgresql_where=sa.text("state = 'accepted'"),
        )
        batch_op.drop_index("ix_offer_staff_state")
        batch_op.drop_index("ix_offer_staff_at")
        batch_op.drop_index(
            "ix_offer_pending", sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'")
        )

    op.drop_table("offer")
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_media_message_id"))

    op.drop_table("media")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_report_at")

    op.drop_table("message")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_account_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_dispatch_open_code",
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.drop_index("ix_dispatch_opened")
        batch_op.drop_index(
            "ix_dispatch_open", sqlite_where=sa.text("state <> 'closed'"), postgresql_where=sa.text("state <> 'closed'")
        )
        batch_op.drop_index(
            "ix_dispatch_holder",
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.drop_index(
            "ix_dispatch_due", sqlite_where=sa.text("state <> 'closed'"), postgresql_where=sa.text("state <> 'closed'")
        )

    op.drop_table("dispatch")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_report_at")

    op.drop_table("assessment")
    with op.batch_alter_table("roster_shift", schema=None) as batch_op:
        batch_op.drop_index("ix_roster_shift_window")

    op.drop_table("roster_shift")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_report_open_caller",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_report_newest")

    op.drop_table("report")
    with op.batch_alter_table("contact_point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_point_staff_id"))
        batch_op.drop_index(batch_op.f("ix_contact_point_address_idx"))

    op.drop_table("contact_point")
    op.drop_table("account")
    op.drop_table("staff")
    with op.batch_alter_table("inbound_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inbound_event_unprocessed",
            sqlite_where=sa.text("processed_at IS NULL"),
            postgresql_where=sa.text("processed_at IS NULL"),
        )

    op.drop_table("inbound_event")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_at")

    op.drop_table("event")
    with op.batch_alter_table("caller", schema=None) as batch_op:
        batch_op.drop_index("ix_caller_phone")

    op.drop_table("caller")
    op.drop_table("access_token")
    op.drop_table("unit")
    op.drop_table("ladder_version")
    op.drop_table("engine_lease")
    op.drop_table("engine_heartbeat")
