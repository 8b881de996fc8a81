"""The carrier's forms, parsed once into the frozen values that the use cases understand."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from hotline.errors import BadForm
from hotline.gateway.addresses import channel_of, is_withheld, phone_of
from hotline.gateway.clean import clean_text, decoded_oddity
from hotline.gateway.form import (
    Form,
    copied,
    first,
    optional_sid,
    refuse_repeated_identity,
    required_address,
    required_recording,
    required_sid,
    required_status,
    whole_number,
)
from triage.events import (
    CallEvent,
    CallStep,
    Channel,
    EventKind,
    InboundMessage,
    Location,
    Media,
    RecordingNotice,
    StatusNotice,
)

API_ORIGIN = "https://api.twilio.com"
# The carrier sends ten files with a message at most.
_MOST_MEDIA = 10
_MEDIA_PATH = re.compile(
    r"/2010-04-01/Accounts/(AC[0-9a-fA-F]{32})/Messages/([MS]M[0-9a-fA-F]{32})/Media/(ME[0-9a-fA-F]{32})"
)
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?")
_CONTENT_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")


@dataclass(frozen=True)
class Step:
    """Where in a call we are: the station and the two words of our own URL."""

    at: CallStep
    token: str = ""
    number: int = 0


def parse_message(form: Form, account_sid: str, *, via_fallback: bool = False) -> InboundMessage:
    """An incoming SMS or WhatsApp message of our account; missing text is empty text.

    Raises:
        BadForm: no good SID, no sender, or an identity field given twice.
    """
    refuse_repeated_identity(form)
    sid = required_sid(form, "MessageSid", "SmsMessageSid", "SmsSid")
    address = required_address(form, "From")
    if not address:
        raise BadForm("address_missing")
    channel = channel_of(address)
    body = form["Body"][0] if form.get("Body") else ""
    return InboundMessage(
        sid=sid,
        channel=channel,
        address=address,
        phone=phone_of(address),
        text=clean_text(decoded_oddity(body) if channel is Channel.SMS else body),
        media=_media(form, account_sid, sid),
        location=_location(form),
        button=next(
            (first(form, name) for name in ("ButtonPayload", "ListId", "ButtonText") if first(form, name)), None
        ),
        via_fallback=via_fallback,
        form=copied(form),
    )


def parse_call(form: Form, step: Step, *, via_fallback: bool = False) -> CallEvent:
    """One step of a call. On a leg that we dialled the person is the one called, not the one calling.

    Raises:
        BadForm: no good SID, no address field, or an identity field given twice.
    """
    refuse_repeated_identity(form)
    sid = required_sid(form, "CallSid")
    address = required_address(form, "To" if first(form, "Direction").startswith("outbound") else "From")
    return CallEvent(
        sid=sid,
        step=step.at,
        address=address,
        phone=phone_of(address),
        withheld=is_withheld(address),
        token=step.token,
        number=step.number,
        keys=first(form, "Digits") or None,
        outcome=first(form, "DialCallStatus") or None,
        bridged=first(form, "DialBridged") == "true",
        recording_sid=optional_sid(form, "RecordingSid", "RE"),
        via_fallback=via_fallback,
        form=copied(form),
    )


def parse_message_status(form: Form, outbox_id: str | None) -> StatusNotice:
    """What became of a message that we sent. Raises BadForm."""
    refuse_repeated_identity(form)
    return StatusNotice(
        kind=EventKind.MESSAGE_STATUS,
        sid=required_sid(form, "MessageSid", "SmsSid"),
        status=required_status(form, ("MessageStatus", "SmsStatus")),
        outbox_id=outbox_id,
        error_code=_error_code(form),
        form=copied(form),
    )


def parse_call_status(form: Form, outbox_id: str | None) -> StatusNotice:
    """What became of a call: one that we placed (`outbox_id`) or one that came in. Raises BadForm."""
    refuse_repeated_identity(form)
    return StatusNotice(
        kind=EventKind.CALL_STATUS,
        sid=required_sid(form, "CallSid"),
        status=required_status(form, ("CallStatus",)),
        outbox_id=outbox_id,
        error_code=_error_code(form),
        sequence=whole_number(form, "SequenceNumber"),
        form=copied(form),
    )


def parse_recording(form: Form) -> RecordingNotice:
    """A recording is ready, absent or failed. Raises BadForm."""
    refuse_repeated_identity(form)
    return RecordingNotice(
        sid=required_recording(form, "RecordingSid"),
        call_sid=required_sid(form, "CallSid"),
        status=required_status(form, ("RecordingStatus",)),
        seconds=whole_number(form, "RecordingDuration") or 0,
        form=copied(form),
    )


def _error_code(form: Form) -> str | None:
    code = whole_number(form, "ErrorCode")
    return str(code) if code else None


def _media(form: Form, account_sid: str, message_sid: str) -> tuple[Media, ...]:
    """The announced files. A file whose URL we do not know keeps its type and has no SID: nothing fetches it."""
    announced = whole_number(form, "NumMedia") or 0
    return tuple(
        Media(_media_sid(first(form, f"MediaUrl{place}"), account_sid, message_sid), _content_type(form, place))
        for place in range(_MOST_MEDIA)
        if place < announced or form.get(f"MediaUrl{place}")
    )


def _media_sid(url: str, account_sid: str, message_sid: str) -> str:
    """The file's SID, only out of the carrier's own URL for our account and this message."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    found = _MEDIA_PATH.fullmatch(parts.path)
    ours = f"{parts.scheme}://{parts.netloc}" == API_ORIGIN and not parts.query
    if not ours or not found or found.group(1) != account_sid or found.group(2) != message_sid:
        return ""
    return found.group(3)


def _content_type(form: Form, place: int) -> str:
    announced = first(form, f"MediaContentType{place}").partition(";")[0].strip().lower()
    return announced if _CONTENT_TYPE.fullmatch(announced) else "application/octet-stream"


def _location(form: Form) -> Location | None:
    """A place as it was sent; degrees that are none make no place."""
    latitude, longitude = first(form, "Latitude"), first(form, "Longitude")
    if not _DEGREES.fullmatch(latitude) or not _DEGREES.fullmatch(longitude):
        return None
    if abs(float(latitude)) > 90 or abs(float(longitude)) > 180:
        return None
    words = [first(form, name).strip() for name in ("Label", "Address")]
    return Location(latitude, longitude, ", ".join(word for word in words if word))
