"""All tables, gathered so that the migrations and the queries see one metadata."""

from hotline.store.tables.audit import access_token, engine_heartbeat, engine_lease, event
from hotline.store.tables.columns import metadata
from hotline.store.tables.dispatching import dispatch, exclusion, ladder_version, offer, outbox, outbox_attempt, wish
from hotline.store.tables.people import account, caller, contact_point, login_session, roster_shift, staff, unit
from hotline.store.tables.reports import assessment, call_leg, inbound_event, media, message, report

__all__ = [
    "access_token",
    "account",
    "assessment",
    "call_leg",
    "caller",
    "contact_point",
    "dispatch",
    "engine_heartbeat",
    "engine_lease",
    "event",
    "exclusion",
    "inbound_event",
    "ladder_version",
    "login_session",
    "media",
    "message",
    "metadata",
    "offer",
    "outbox",
    "outbox_attempt",
    "report",
    "roster_shift",
    "staff",
    "unit",
    "wish",
]
