"""What the carrier keeps: messages, media, calls and recordings, and how its REST API shows them."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum

API = "2010-04-01"


class MessageStatus(StrEnum):
    """Status of a message (https://www.twilio.com/docs/messaging/api/message-resource)."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    RECEIVED = "received"


class CallStatus(StrEnum):
    """Status of a call (https://www.twilio.com/docs/voice/api/call-resource)."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


class Direction(StrEnum):
    """Who started a message or a call."""

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_REPLY = "outbound-reply"
    OUTBOUND_DIAL = "outbound-dial"


CALL_ENDED = frozenset(
    {CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED, CallStatus.CANCELED}
)


def rfc2822(moment: datetime | None) -> str | None:
    """A moment as the REST API writes it, or None."""
    return format_datetime(moment) if moment else None


@dataclass
class Media:
    """One file of a message."""

    sid: str
    message_sid: str
    content_type: str
    content: bytes = field(repr=False)
    created_at: datetime

    def as_json(self, account: str) -> dict[str, object]:
        """The media resource."""
        return {
            "sid": self.sid,
            "account_sid": account,
            "parent_sid": self.message_sid,
            "content_type": self.content_type,
            "date_created": rfc2822(self.created_at),
            "date_updated": rfc2822(self.created_at),
            "uri": f"/{API}/Accounts/{account}/Messages/{self.message_sid}/Media/{self.sid}.json",
        }


@dataclass
class Message:
    """One message in either direction."""

    sid: str
    sender: str
    recipient: str
    body: str = field(repr=False)
    direction: Direction
    status: MessageStatus
    created_at: datetime
    segments: int = 1
    media: list[Media] = field(default_factory=list, repr=False)
    status_callback: str = ""
    error_code: int | None = None
    content_sid: str = ""
    sent_at: datetime | None = None
    updated_at: datetime | None = None

    def as_json(self, account: str) -> dict[str, object]:
        """The message resource."""
        uri = f"/{API}/Accounts/{account}/Messages/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": account,
            "api_version": API,
            "from": self.sender,
            "to": self.recipient,
            "body": self.body,
            "direction": str(self.direction),
            "status": str(self.status),
            "num_segments": str(self.segments),
            "num_media": str(len(self.media)),
            "error_code": self.error_code,
            "error_message": None,
            "price": None,
            "price_unit": "USD",
            "messaging_service_sid": None,
            "date_created": rfc2822(self.created_at),
            "date_sent": rfc2822(self.sent_at),
            "date_updated": rfc2822(self.updated_at or self.created_at),
            "uri": uri + ".json",
            "subresource_uris": {"media": uri + "/Media.json"},
        }


@dataclass
class Recording:
    """What a caller said after the beep."""

    sid: str
    call_sid: str
    content: bytes = field(repr=False)
    seconds: int
    created_at: datetime
    status: str = "completed"

    def as_json(self, account: str) -> dict[str, object]:
        """The recording resource."""
        return {
            "sid": self.sid,
            "account_sid": account,
            "api_version": API,
            "call_sid": self.call_sid,
            "conference_sid": None,
            "channels": 1,
            "duration": str(self.seconds),
            "status": self.status,
            "source": "RecordVerb",
            "error_code": None,
            "date_created": rfc2822(self.created_at),
            "date_updated": rfc2822(self.created_at),
            "start_time": rfc2822(self.created_at),
            "uri": f"/{API}/Accounts/{account}/Recordings/{self.sid}.json",
        }


@dataclass
class Call:
    """One leg of a call, as the carrier books it."""

    sid: str
    sender: str
    recipient: str
    direction: Direction
    status: CallStatus
    created_at: datetime
    parent_sid: str = ""
    status_callback: str = ""
    callback_events: tuple[str, ...] = ("completed",)
    fallback_url: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    callbacks_sent: int = 0

    @property
    def ended(self) -> bool:
        """Whether the call is over."""
        return self.status in CALL_ENDED

    @property
    def seconds(self) -> int:
        """Length of the conversation in whole seconds; 0 if there was none."""
        if self.started_at is None or self.ended_at is None:
            return 0
        return max(0, round((self.ended_at - self.started_at).total_seconds()))

    def as_json(self, account: str) -> dict[str, object]:
        """The call resource."""
        uri = f"/{API}/Accounts/{account}/Calls/{self.sid}"
        # The resource knows no `initiated`: between queued and ringing it says queued.
        status = CallStatus.QUEUED if self.status is CallStatus.INITIATED else self.status
        return {
            "sid": self.sid,
            "account_sid": account,
            "api_version": API,
            "parent_call_sid": self.parent_sid or None,
            "from": self.sender,
            "to": self.recipient,
            "direction": str(self.direction),
            "status": str(status),
            "duration": str(self.seconds) if self.ended else None,
            "date_created": rfc2822(self.created_at),
            "date_updated": rfc2822(self.ended_at or self.started_at or self.created_at),
            "start_time": rfc2822(self.started_at or self.created_at),
            "end_time": rfc2822(self.ended_at),
            "answered_by": None,
            "price": None,
            "price_unit": "USD",
            "uri": uri + ".json",
            "subresource_uris": {"recordings": uri + "/Recordings.json"},
        }
