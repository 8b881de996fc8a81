"""The carrier's own lists of messages and calls, read like webhooks: what never reached us is found here."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hotline.errors import BadForm
from hotline.gateway.inbound import API_ORIGIN, Step, parse_call, parse_message
from triage.events import CallEvent, CallStep, InboundMessage

# A listed message has `from_`; a listed call has it under this name only.
_CALL_SENDER = "_from"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, repr=False)
class SeenMessage:
    """A message to us in the carrier's own list, and when it came in."""

    message: InboundMessage
    at: datetime


@dataclass(frozen=True, repr=False)
class SeenCall:
    """A call to us in the carrier's own list: when it began, its state there, and how many seconds it lasted."""

    call: CallEvent
    at: datetime
    status: str
    seconds: int


def seen_messages(entries: Iterable[Any], account_sid: str) -> Iterator[SeenMessage]:
    """The messages to us among the entries of the carrier's list; one that cannot be read is logged by its SID."""
    for listed in entries:
        at = in_utc(listed.date_sent) or in_utc(listed.date_created)
        if at is None or listed.direction != "inbound":
            continue
        form = {"MessageSid": [listed.sid], "From": [listed.from_ or ""], "To": [listed.to or ""]}
        form |= {"Body": [listed.body or ""], "NumMedia": [str(listed.num_media or 0)]} | _files(listed, account_sid)
        try:
            yield SeenMessage(parse_message(form, account_sid), at)
        except BadForm:
            _log.warning("carrier.unreadable_message", extra={"sid": listed.sid})


def seen_calls(entries: Iterable[Any]) -> Iterator[SeenCall]:
    """The calls to us among the entries of the carrier's list; one that cannot be read is logged by its SID."""
    for listed in entries:
        at = in_utc(listed.start_time) or in_utc(listed.date_created)
        if at is None or listed.direction != "inbound":
            continue
        sender = getattr(listed, _CALL_SENDER, None) or ""
        form = {"CallSid": [listed.sid], "From": [sender], "To": [listed.to or ""], "Direction": ["inbound"]}
        try:
            call = parse_call(form, Step(CallStep.INCOMING))
        except BadForm:
            _log.warning("carrier.unreadable_call", extra={"sid": listed.sid})
            continue
        yield SeenCall(call, at, str(listed.status), int(listed.duration or 0))


def in_utc(moment: datetime | None) -> datetime | None:
    """A time of the carrier in UTC; None stays None (a call that has not begun)."""
    return moment.astimezone(UTC) if moment is not None else None


def _files(listed: Any, account_sid: str) -> dict[str, list[str]]:
    """The files of a listed message, under the names that a webhook would have given them."""
    if not int(listed.num_media or 0):
        return {}
    folder = f"{API_ORIGIN}/2010-04-01/Accounts/{account_sid}/Messages/{listed.sid}/Media"
    files: dict[str, list[str]] = {}
    for place, media in enumerate(listed.media.list(limit=10)):
        files[f"MediaUrl{place}"] = [f"{folder}/{media.sid}"]
        files[f"MediaContentType{place}"] = [media.content_type or ""]
    return files
