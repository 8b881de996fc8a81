"""What the carrier tells the application about a call."""

from datetime import datetime
from email.utils import format_datetime

from hotline.simulator.records import Call, CallStatus, Recording

# How each end of a call looks in SIP (RFC 3261).
SIP_CODES = {
    CallStatus.COMPLETED: "200",
    CallStatus.BUSY: "486",
    CallStatus.NO_ANSWER: "487",
    CallStatus.FAILED: "404",
    CallStatus.CANCELED: "487",
}


def call_form(call: Call, account: str) -> dict[str, str]:
    """Parameters of every webhook about a call."""
    # The webhooks know no `initiated` either until a status callback says so.
    form = {
        "CallSid": call.sid,
        "AccountSid": account,
        "ApiVersion": "2010-04-01",
        "CallStatus": str(call.status),
        "Direction": str(call.direction),
        "From": call.sender,
        "Caller": call.sender,
        "To": call.recipient,
        "Called": call.recipient,
    }
    for side in ("From", "To", "Caller", "Called"):
        form |= {f"{side}{part}": "" for part in ("City", "State", "Zip")} | {f"{side}Country": "ID"}
    if call.parent_sid:
        form["ParentCallSid"] = call.parent_sid
    return form


def status_form(call: Call, account: str, now: datetime) -> dict[str, str]:
    """Parameters of a call status callback; counts it in `SequenceNumber`."""
    form = call_form(call, account) | {
        "Timestamp": format_datetime(now),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(call.callbacks_sent),
    }
    call.callbacks_sent += 1
    if call.ended:
        minutes = -(-call.seconds // 60)
        form |= {"CallDuration": str(call.seconds), "Duration": str(minutes), "SipResponseCode": SIP_CODES[call.status]}
    return form


def recording_url(recording: Recording, account: str) -> str:
    """Where the carrier says a recording lies."""
    return f"https://api.twilio.com/2010-04-01/Accounts/{account}/Recordings/{recording.sid}"


def recording_form(recording: Recording, account: str) -> dict[str, str]:
    """Parameters of a recording status callback."""
    return {
        "RecordingSid": recording.sid,
        "RecordingUrl": recording_url(recording, account),
        "CallSid": recording.call_sid,
        "AccountSid": account,
        "RecordingStatus": recording.status,
        "RecordingDuration": str(recording.seconds),
        "RecordingChannels": "1",
        "RecordingStartTime": format_datetime(recording.created_at),
        "RecordingSource": "RecordVerb",
        "RecordingTrack": "inbound",
        "ErrorCode": "0",
    }
