"""What reaches the hotline from outside, as frozen values: messages, steps of calls, notices of the carrier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Channel(StrEnum):
    """How a person reached us; a caller is a (channel, address), not a phone number."""

    WHATSAPP = "whatsapp"
    SMS = "sms"
    VOICE = "voice"


class EventKind(StrEnum):
    """What the carrier told us about; with SID and step it names one event for ever."""

    MESSAGE = "message"
    MESSAGE_STATUS = "message_status"
    CALL = "call"
    CALL_STATUS = "call_status"
    RECORDING = "recording"


EventKey = tuple[EventKind, str, str]
"""Kind, SID and step: what makes a second delivery the same event."""


@dataclass(frozen=True, repr=False)
class Media:
    """A file that lies at the carrier: its SID there and the content type it was announced with."""

    sid: str
    content_type: str


@dataclass(frozen=True, repr=False)
class Location:
    """A place as the caller sent it, degrees as text so that nothing is rounded."""

    latitude: str
    longitude: str
    label: str = ""


@dataclass(frozen=True, repr=False)
class InboundMessage:
    """One SMS or WhatsApp message; `repr` is not generated because a person is in it.

    `address` is what to answer to ("+62…", "whatsapp:+62…", "whatsapp:ID.…" or another string of the carrier);
    `phone` is the E.164 number in it, or None when there is none. `text` is cleaned; `form` is the carrier's own
    form, untouched, unknown parameters included.
    """

    sid: str
    channel: Channel
    address: str
    phone: str | None
    text: str
    media: tuple[Media, ...] = ()
    location: Location | None = None
    button: str | None = None
    via_fallback: bool = False
    form: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def key(self) -> EventKey:
        """What makes a second delivery the same event."""
        return EventKind.MESSAGE, self.sid, ""


class CallStep(StrEnum):
    """The stations of a call at which the carrier asks us what to do next."""

    INCOMING = "incoming"  # somebody calls the hotline
    RING = "ring"  # whom to ring next for a waiting caller
    WHISPER = "whisper"  # a companion picked up; she hears what it is and is asked for a key
    WHISPER_KEY = "whisper-key"  # she pressed something, or nothing
    VOICEMAIL = "voicemail"  # the tone and the recording
    RECORDED = "recorded"  # the recording ended, or the caller hung up in it
    OFFER = "offer"  # a companion answered the call that offers a report
    OFFER_KEY = "offer-key"  # she pressed something, or nothing


@dataclass(frozen=True, repr=False)
class CallEvent:
    """One step of a call. `token` is the opaque word of our URL (offer or outbox id), `number` counts repeated steps.

    `withheld` is true when the carrier gives no address to call back. `keys` is what was pressed, or None when the
    carrier reported no key at all. `outcome` is the state of a dialled leg ("no-answer", "completed", …) or None.
    """

    sid: str
    step: CallStep
    address: str
    phone: str | None
    withheld: bool
    token: str = ""
    number: int = 0
    keys: str | None = None
    outcome: str | None = None
    bridged: bool = False
    recording_sid: str | None = None
    via_fallback: bool = False
    form: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def key(self) -> EventKey:
        """What makes a second delivery the same event; the token's end is enough to tell our URLs apart."""
        if self.step is CallStep.INCOMING:
            return EventKind.CALL, self.sid, self.step
        return EventKind.CALL, self.sid, f"{self.step}:{self.token[-24:]}:{self.number}"


@dataclass(frozen=True, repr=False)
class StatusNotice:
    """What the carrier says about a message or call: one row per (SID, status).

    `outbox_id` is our own id from the callback URL; it is there even when the answer to our request was lost.
    """

    kind: EventKind
    sid: str
    status: str
    outbox_id: str | None
    error_code: str | None = None
    sequence: int | None = None
    form: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class RecordingNotice:
    """A recording is ready, absent or failed."""

    sid: str
    call_sid: str
    status: str
    seconds: int = 0
    form: Mapping[str, list[str]] = field(default_factory=dict)
