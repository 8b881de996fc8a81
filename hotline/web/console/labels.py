"""The words for every closed set that a page shows; the translations hold them in Indonesian."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from hotline import accounts
from triage.events import Channel
from triage.indicators import Measure
from triage.protocol import Factor, Level
from triage.states import Audience, DispatchState, Duty, Gender, Happening, OfferState, OutboxState, Role

Labels = Mapping[str, LazyString]

LEVELS: Labels = {
    Level.EMERGENCY: _("Emergency"),
    Level.HIGH: _("High"),
    Level.MEDIUM: _("Medium"),
    Level.LOW: _("Low"),
}
CHANNELS: Labels = {
    Channel.WHATSAPP: _("WhatsApp"),
    Channel.SMS: _("SMS"),
    Channel.VOICE: _("Phone call"),
}
STATES: Labels = {
    DispatchState.WAITING: _("waiting"),
    DispatchState.OFFERED: _("offered"),
    DispatchState.ACCEPTED: _("accepted"),
    DispatchState.IN_CONTACT: _("in contact"),
    DispatchState.CLOSED: _("closed"),
}
ROLES: Labels = {
    Role.COMPANION: _("Companion"),
    Role.COUNSELLOR: _("Counsellor"),
    Role.PSYCHOLOGIST: _("Psychologist"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.HEAD: _("Head of unit"),
    Role.AUDITOR: _("Auditor"),
}
DUTIES: Labels = {Duty.FIRST: _("First on duty"), Duty.SECOND: _("Second on duty")}
AUDIENCES: Labels = {Audience.STAFF: _("staff"), Audience.CALLER: _("the caller")}
OFFERS: Labels = {
    OfferState.PENDING: _("being rung"),
    OfferState.ACCEPTED: _("said yes"),
    OfferState.DECLINED: _("said no"),
    OfferState.EXPIRED: _("no answer in time"),
    OfferState.RESCINDED: _("withdrawn"),
    OfferState.DEAD: _("could not be reached"),
}
NOTICES: Labels = {
    OutboxState.PENDING: _("about to be sent"),
    OutboxState.SENDING: _("being sent"),
    OutboxState.SENT: _("sent"),
    OutboxState.DELIVERED: _("delivered"),
    OutboxState.READ: _("read"),
    OutboxState.FAILED: _("failed"),
    OutboxState.UNKNOWN: _("unclear"),
    OutboxState.CANCELLED: _("cancelled"),
}
DECLINES: Labels = {
    "busy": _("I am with somebody else"),
    "far": _("I am too far away"),
    "unwell": _("I am not well"),
    "acquainted": _("I know the people concerned"),
    "other": _("Another reason"),
}
HANDS: Labels = {
    "shift over": _("My shift is over"),
    "too much": _("I have too much at once"),
    "better suited": _("Somebody else is better suited"),
    "no danger now": _("A person has seen that the danger is over"),
    "other": _("Another reason"),
}
GENDERS: Labels = {Gender.WOMAN: _("a woman"), Gender.MAN: _("a man")}
CLOSES: Labels = {
    "helped": _("Helped"),
    "referred": _("Referred to a partner"),
    "not_a_complaint": _("Not a complaint"),
    "duplicate": _("Already reported"),
    "unreachable": _("Could not be reached"),
}
PURPOSES: Labels = {
    "call": _("I want to call"),
    "reply": _("I want to write back"),
    "verify": _("I want to check the number"),
}
REFUSALS: Labels = {
    accounts.WRONG_PASSWORD: _("The present password is not right."),
    accounts.TOO_EASY: _("This password is too easy to guess."),
    accounts.BAD_LENGTH: _("A password has 12 to 128 characters."),
}
MEDIA: Labels = {"image": _("Picture"), "audio": _("Sound"), "video": _("Video"), "file": _("File")}
MEASURES: Labels = {
    Measure.ACKNOWLEDGE: _("Accepted by a person"),
    Measure.FIRST_CONTACT: _("First human contact"),
    Measure.CLOSE: _("Report closed"),
}
FACTORS: Labels = {
    Factor.HELP: _("Asks for help"),
    Factor.IMMINENT: _("Happening now"),
    Factor.WEAPON: _("Weapon"),
    Factor.KILL_THREAT: _("Threat to kill"),
    Factor.STRANGLE: _("Strangling"),
    Factor.SEVERE_INJURY: _("Severe injury"),
    Factor.PHYSICAL: _("Physical violence"),
    Factor.ESCALATION: _("Getting worse"),
    Factor.FEAR: _("Fear for her life"),
    Factor.SUICIDE: _("Danger of suicide"),
    Factor.SUICIDE_PERP: _("Perpetrator threatens suicide"),
    Factor.SEXUAL: _("Sexual violence"),
    Factor.CHILD: _("A child is concerned"),
    Factor.CONFINEMENT: _("Locked in"),
    Factor.STALKING: _("Stalking"),
    Factor.SEPARATION: _("Separation"),
    Factor.PREGNANT: _("Pregnant"),
    Factor.JEALOUSY_CONTROL: _("Jealousy and control"),
    Factor.SUBSTANCE: _("Alcohol or drugs"),
    Factor.ECONOMIC_NEGLECT: _("Kept without money"),
    Factor.PSYCHOLOGICAL: _("Psychological violence"),
    Factor.TRAFFICKING: _("Trafficking"),
    Factor.ONLINE: _("Violence online"),
    Factor.PERP_CAPABILITY: _("Perpetrator has means"),
    Factor.EXPELLED: _("Put out of the house"),
    Factor.VULNERABLE: _("Especially vulnerable"),
    Factor.UNSAFE_TO_TALK: _("Cannot talk safely"),
    Factor.RETRACTION: _("Takes it back"),
    Factor.PERPETRATOR_WRITING: _("The perpetrator may be writing"),
    Factor.AGENCY: _("A partner agency reports"),
    Factor.MEDICAL: _("Needs medical care"),
    Factor.UNKNOWN: _("Not understood"),
}
HAPPENINGS: Labels = {
    Happening.REPORT_OPENED: _("Report opened"),
    Happening.REPORT_MESSAGE: _("New message from the caller"),
    Happening.REPORT_RAISED: _("Level raised"),
    Happening.REPORT_CLOSED: _("Report closed"),
    Happening.REPORT_VIEWED: _("Report looked at"),
    Happening.REVEALED_NUMBER: _("Number of the caller shown"),
    Happening.FIRST_CONTACT: _("First contact with the person"),
    Happening.RUNG_OFFERED: _("Offered to staff"),
    Happening.RUNG_EMPTY: _("Nobody at this step, next one"),
    Happening.NO_COVER: _("Nobody can be rung"),
    Happening.CONTACT_REMINDED: _("Holder reminded to make contact"),
    Happening.CONTACT_LAPSED: _("No contact in time, offered again"),
    Happening.FOLLOW_UP_DUE: _("Follow-up due"),
    Happening.OFFER_ACCEPTED: _("Accepted"),
    Happening.OFFER_DECLINED: _("Declined"),
    Happening.OFFER_DEAD: _("Staff member could not be reached"),
    Happening.LATE_ANSWER: _("Answer after somebody else had accepted"),
    Happening.NOTICE_FAILED: _("A notice could not be delivered"),
    Happening.NOTICE_UNKNOWN: _("Unclear whether a notice arrived"),
    Happening.CALL_STARTED: _("Call came in"),
    Happening.CALL_RINGING: _("Staff phone rings for the caller"),
    Happening.CALL_UNANSWERED: _("Staff phone was not answered"),
    Happening.CALL_BRIDGED: _("Caller connected with staff"),
    Happening.CALL_VOICEMAIL: _("Caller may leave a voice message"),
    Happening.CALL_RECORDED: _("Voice message recorded"),
    Happening.CALL_ENDED: _("Call ended"),
    Happening.STAFF_UNCLEAR: _("Answer of staff not understood"),
    Happening.STAFF_OPTED_OUT: _("Staff phone refuses our messages"),
    Happening.STAFF_ADDED: _("Staff member added"),
    Happening.STAFF_DESCRIBED: _("What callers may wish for noted"),
    Happening.STAFF_DISABLED: _("Staff member disabled"),
    Happening.ROSTER_IMPORTED: _("Roster imported"),
    Happening.TOKEN_CREATED: _("Access token created"),
    Happening.TOKEN_REVOKED: _("Access token revoked"),
    Happening.ACCOUNT_MADE: _("Login made"),
    Happening.PASSWORD_CHANGED: _("Password changed"),
    Happening.LOGIN: _("Signed in"),
    Happening.LOGIN_FAILED: _("Sign-in refused"),
    Happening.LOGOUT: _("Signed out"),
    Happening.REPORT_LOWERED: _("Level lowered by a person"),
    Happening.REPORT_BOOKED: _("First ringing booked for later"),
    Happening.SECOND_ASKED: _("A second person must decide"),
    Happening.WISH_NOTED: _("Wish of the caller noted"),
    Happening.WISH_WAIVED: _("Caller agreed to somebody else"),
    Happening.PERSON_EXCLUDED: _("Person shut out: conflict of interest"),
    Happening.RELEASED: _("Given back by the holder"),
    Happening.HANDOVER_ASKED: _("Colleague asked to take over"),
    Happening.HANDED_OVER: _("Handed over"),
    Happening.ASSIGNED: _("Colleague assigned, has not said yes yet"),
    Happening.COUNSELLOR_SOUGHT: _("Counsellor sought"),
    Happening.OFFER_UNANSWERED: _("Asked colleague did not answer"),
    Happening.STAFF_PRESENT: _("Staff member is there"),
    Happening.CALLER_BLOCKED: _("Number rings for danger alone"),
    Happening.CALLER_UNBLOCKED: _("Number rings as any other again"),
    Happening.SURGE_ON: _("More waiting than free people"),
    Happening.SURGE_OFF: _("No longer crowded"),
    Happening.SEAL: _("Log sealed"),
}
TRIGGERS: Labels = {
    "weapon": _("a weapon"),
    "violence-now": _("violence going on"),
    "presence": _("the perpetrator is there"),
    "kill-threat": _("a threat to kill"),
    "strangle": _("strangling"),
    "kill-attempt": _("an attempt to kill"),
    "severe-injury": _("a severe injury"),
    "suicide": _("danger of suicide"),
    "suicide-perpetrator": _("the perpetrator threatens suicide"),
    "confinement": _("locked in"),
    "abduction": _("abduction"),
    "trafficking": _("trafficking"),
    "child-harm": _("a child is being harmed"),
    "child-sexual": _("sexual violence against a child"),
    "forced-sex": _("forced sex"),
    "unsafe-to-talk": _("she cannot talk safely"),
    "agency": _("a partner agency reports"),
    "unit-threat": _("a threat against the unit"),
    "expelled": _("put out of the house"),
}


_FLOORS: Labels = {
    "unknown": _("what nobody can read is never low"),
    "unheard": _("a file that nobody has opened yet is never low"),
}


def reason(code: str) -> str:
    """Why a report has its level, in words, from a stable code of triage such as "trigger:weapon" or "lift:14"."""
    kind, _colon, what = code.partition(":")
    if kind == "floor" and what in _FLOORS:
        return str(_FLOORS[what])
    if kind == "floor":
        return gettext("never below this level: %(what)s", what=label(FACTORS, what.upper()))
    if kind == "trigger":
        return gettext("one sign is enough: %(what)s", what=label(TRIGGERS, what))
    if kind == "lift":
        return gettext("risk points add up to %(points)s", points=what)
    if kind == "table":
        return gettext("severity and time together: %(what)s", what=what)
    return label(_REASONS, kind)


_REASONS: Labels = {
    "lap": _("the signs of a lethality assessment"),
    "prior": _("an earlier message of this report"),
    "redial": _("called again and again within minutes"),
    "default": _("not understood, so a person must look"),
    "proof": _("nothing in it speaks of danger"),
}


def label(table: Labels, code: str) -> str:
    """The words for a code, or the code itself when nobody has named it yet."""
    return str(table.get(code, code))
