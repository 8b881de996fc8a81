"""The one gate before a caller's phone: what may be sent to her, and what may not. Silence is the default."""

from dataclasses import dataclass
from enum import StrEnum

from triage.events import Channel


class Purpose(StrEnum):
    """Why something would be sent to a caller."""

    RECEIPT = "receipt"  # the one neutral line inside the conversation she opened
    STAFF_REPLY = "staff_reply"  # a person writes to her


class Verdict(StrEnum):
    """The gate's answer, with its reason."""

    ALLOWED = "allowed"
    NOT_WRITTEN = "not_written"  # she called; a text would be a second trace on a phone that others may hold
    SAID_UNSAFE = "said_unsafe"  # her own words say that somebody else can read or hear
    ALREADY_ANSWERED = "already_answered"  # at most once


@dataclass(frozen=True)
class Conversation:
    """What is known of a caller's safety when something would be sent: nothing else is assumed."""

    channel: Channel
    says_unsafe: bool
    receipts_sent: int = 0


def may_send(purpose: Purpose, conversation: Conversation) -> Verdict:
    """Whether a text may go to the caller. Unknown safety means: answer once inside what she opened, nothing else.

    A number is a hint, not an identity, so no purpose ever carries facts of the report.
    """
    if conversation.channel not in (Channel.WHATSAPP, Channel.SMS):
        return Verdict.NOT_WRITTEN
    if conversation.says_unsafe:
        return Verdict.SAID_UNSAFE
    if purpose is Purpose.RECEIPT and conversation.receipts_sent:
        return Verdict.ALREADY_ANSWERED
    return Verdict.ALLOWED
