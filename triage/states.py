"""The closed sets of dispatch: states, roles, duties, audiences and the names of what happened."""

from enum import StrEnum


class DispatchState(StrEnum):
    """Where a report stands; the values are those of the public contract."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    IN_CONTACT = "in_contact"
    CLOSED = "closed"

    @property
    def is_held(self) -> bool:
        """True while one person holds the report."""
        return self in (DispatchState.ACCEPTED, DispatchState.IN_CONTACT)

    @property
    def is_seeking(self) -> bool:
        """True while nobody has said yes."""
        return self in (DispatchState.WAITING, DispatchState.OFFERED)


class DueKind(StrEnum):
    """What is to be done when `next_due_at` comes: never confused with the promise made to the caller."""

    NEXT_RUNG = "next_rung"
    REMIND_HOLDER = "remind_holder"
    CONTACT_LAPSE = "contact_lapse"
    FOLLOW_UP = "follow_up"
    BOOKED = "booked"


class CasePart(StrEnum):
    """Which of the two case roles a dispatch looks for: each has a ladder and a holder of its own."""

    RESPONDER = "responder"
    COUNSELLOR = "counsellor"


class OfferKind(StrEnum):
    """Who wanted this offer: the ladder, the holder who hands over, or a supervisor who assigns."""

    LADDER = "ladder"
    HANDOVER = "handover"
    ASSIGNED = "assigned"

    @property
    def is_personal(self) -> bool:
        """True when one person was chosen by another."""
        return self is not OfferKind.LADDER


class Gender(StrEnum):
    """What callers may wish for; a staff member whose row does not say is neither."""

    WOMAN = "woman"
    MAN = "man"


class ConflictReason(StrEnum):
    """Why a person may have nothing to do with a report."""

    IS_CALLER = "is_caller"
    PARTY = "party"
    ACQUAINTED = "acquainted"


class OfferState(StrEnum):
    """The life of one offer of one report to one person."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    RESCINDED = "rescinded"
    DEAD = "dead"


class OutboxState(StrEnum):
    """The life of one outgoing message or call."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """True when nothing more will be tried for this row."""
        return self in (OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.CANCELLED)


class Audience(StrEnum):
    """Whose phone it is: to staff at least once, to a caller at most once."""

    STAFF = "staff"
    CALLER = "caller"


class Role(StrEnum):
    """What a staff member is; rights and rungs follow from it."""

    COMPANION = "companion"
    COUNSELLOR = "counsellor"
    PSYCHOLOGIST = "psychologist"
    SUPERVISOR = "supervisor"
    HEAD = "head"
    AUDITOR = "auditor"


class Duty(StrEnum):
    """Who is rung first and who is rung second in a shift."""

    FIRST = "first"
    SECOND = "second"


class Happening(StrEnum):
    """Names of events, subject.action; the log, the timeline and the indicators all read these."""

    REPORT_OPENED = "report.opened"
    REPORT_MESSAGE = "report.message_added"
    REPORT_RAISED = "report.level_raised"
    REPORT_LOWERED = "report.level_lowered"
    REPORT_BOOKED = "report.booked"
    REPORT_CLOSED = "report.closed"
    SECOND_ASKED = "report.second_person_asked"
    WISH_NOTED = "report.wish_noted"
    WISH_WAIVED = "report.wish_waived"
    PERSON_EXCLUDED = "report.person_excluded"
    REPORT_VIEWED = "report.viewed"
    REVEALED_NUMBER = "report.number_revealed"
    FIRST_CONTACT = "report.first_contact"
    RUNG_OFFERED = "dispatch.offered"
    RUNG_EMPTY = "dispatch.rung_empty"
    NO_COVER = "dispatch.no_cover"
    CONTACT_REMINDED = "dispatch.holder_reminded"
    CONTACT_LAPSED = "dispatch.holder_lapsed"
    FOLLOW_UP_DUE = "dispatch.follow_up_due"
    RELEASED = "dispatch.released"
    HANDOVER_ASKED = "dispatch.handover_asked"
    HANDED_OVER = "dispatch.handed_over"
    ASSIGNED = "dispatch.assigned"
    COUNSELLOR_SOUGHT = "dispatch.counsellor_sought"
    OFFER_UNANSWERED = "offer.unanswered"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_DECLINED = "offer.declined"
    OFFER_DEAD = "offer.unreachable"
    LATE_ANSWER = "offer.answered_late"
    NOTICE_FAILED = "notice.failed"
    NOTICE_UNKNOWN = "notice.unclear"
    CALL_STARTED = "call.started"
    CALL_RINGING = "call.ringing_staff"
    CALL_UNANSWERED = "call.staff_unanswered"
    CALL_BRIDGED = "call.bridged"
    CALL_VOICEMAIL = "call.voicemail"
    CALL_RECORDED = "call.recorded"
    CALL_ENDED = "call.ended"
    STAFF_UNCLEAR = "staff.unclear_answer"
    STAFF_OPTED_OUT = "staff.opted_out"
    STAFF_PRESENT = "staff.present"
    STAFF_ADDED = "staff.added"
    STAFF_DESCRIBED = "staff.described"
    STAFF_DISABLED = "staff.disabled"
    CALLER_BLOCKED = "caller.soft_blocked"
    CALLER_UNBLOCKED = "caller.unblocked"
    SURGE_ON = "unit.surge_on"
    SURGE_OFF = "unit.surge_off"
    ROSTER_IMPORTED = "roster.imported"
    TOKEN_CREATED = "token.created"  # noqa: S105 - the name of an event
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - the name of an event
    ACCOUNT_MADE = "account.made"
    PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 - the name of an event
    LOGIN = "account.signed_in"
    LOGIN_FAILED = "account.sign_in_refused"
    LOGOUT = "account.signed_out"
    SEAL = "audit.sealed"
