"""The carrier's API as we use it: send, ring, end, look up. Built in workers only, one per process, for all threads."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from twilio.rest import Client

from hotline.gateway.listed import SeenCall, SeenMessage, in_utc, seen_calls, seen_messages
from hotline.gateway.media import Fetched, MediaRoom
from hotline.gateway.query import STATUS_TRIES, VOICE_TRIES
from hotline.gateway.transport import CarrierHttp, checked_sid, in_our_words
from hotline.gateway.verdicts import CarrierRefused

# An offer is heard and answered within this; a call that nobody ends must end.
LONGEST_OFFER_S = 300
_LONGEST_VALIDITY_S = 36_000
_ALREADY_OVER = 21220
_PAGE = 200
# How far back a lost answer is looked for: pages of one person within minutes are few.
_LOOK_BACK = 100


@dataclass(frozen=True)
class CarrierAccount:
    """Our account at the carrier. `origin` is another origin for its API; `timeout_s` bounds each read."""

    sid: str
    token: str = field(repr=False)
    number: str
    whatsapp: str
    origin: str | None = None
    timeout_s: float = 8.0


class Carrier:
    """Requests to the carrier. Every method may raise CarrierRefused or CarrierUnclear, and no exception of twilio."""

    def __init__(self, account: CarrierAccount) -> None:
        self._account = account
        self._http = CarrierHttp(account.timeout_s, account.origin)
        self._client = Client(account.sid, account.token, http_client=self._http)
        self._media = MediaRoom(account.sid, account.token, account.origin)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()
        self._media.close()

    def send_message(self, to: str, sender: str, body: str, status_url: str, valid_for_s: int) -> str:
        """Sends one message and returns its SID; the carrier drops it when it could not pass within `valid_for_s`."""
        with in_our_words():
            return str(
                self._client.messages.create(
                    to=to,
                    from_=sender,
                    body=body,
                    status_callback=_patient(status_url, STATUS_TRIES),
                    validity_period=max(1, min(valid_for_s, _LONGEST_VALIDITY_S)),
                ).sid
            )

    def place_call(self, to: str, url: str, status_url: str, timeout_s: int) -> str:
        """Rings `to` for `timeout_s` seconds from our number and returns the call's SID; `url` says what is heard."""
        with in_our_words():
            return str(
                self._client.calls.create(
                    to=to,
                    from_=self._account.number,
                    url=_patient(url, VOICE_TRIES),
                    method="POST",
                    status_callback=_patient(status_url, STATUS_TRIES),
                    status_callback_method="POST",
                    status_callback_event=["ringing", "answered", "completed"],
                    timeout=timeout_s,
                    time_limit=LONGEST_OFFER_S,
                ).sid
            )

    def end_call(self, sid: str) -> None:
        """Ends a call, ringing or answered; one that is over already is no error."""
        try:
            with in_our_words():
                self._client.calls(checked_sid(sid, ("CA",))).update(status="completed")
        except CarrierRefused as refusal:
            if refusal.code != _ALREADY_OVER:
                raise

    def stop_ringing(self, sid: str) -> None:
        """Ends a call that still rings; whoever has picked up meanwhile hears it to its end, which is no error."""
        try:
            with in_our_words():
                self._client.calls(checked_sid(sid, ("CA",))).update(status="canceled")
        except CarrierRefused as refusal:
            if refusal.code != _ALREADY_OVER:
                raise

    def messages_since(self, moment: datetime) -> Iterator[SeenMessage]:
        """Messages to our numbers since `moment`, as the carrier lists them, whether or not a webhook got through."""
        for ours in (self._account.number, self._account.whatsapp):
            with in_our_words():
                listed = self._client.messages.stream(to=ours, date_sent_after=moment, page_size=_PAGE)
                yield from seen_messages(listed, self._account.sid)

    def calls_since(self, moment: datetime) -> Iterator[SeenCall]:
        """Calls to our numbers since `moment`, as the carrier lists them."""
        for ours in (self._account.number, self._account.whatsapp):
            with in_our_words():
                listed = self._client.calls.stream(to=ours, start_time_after=moment, page_size=_PAGE)
                yield from seen_calls(listed)

    def find_message(self, to: str, marker: str, since: datetime) -> str | None:
        """The SID of a message to `to` with `marker` in its text, made since then: was the lost answer a yes?

        Without the carrier's date filter, which knows only messages that have left its queue.
        """
        with in_our_words():
            for listed in self._client.messages.stream(to=to, limit=_LOOK_BACK, page_size=_LOOK_BACK):
                made = in_utc(listed.date_created)
                if made is not None and made >= since.replace(microsecond=0) and marker in (listed.body or ""):
                    return str(listed.sid)
        return None

    def fetch_media(self, message_sid: str, media_sid: str, cap_bytes: int) -> Fetched:
        """A file of a message. Raises MediaRefused."""
        message, media = checked_sid(message_sid, ("SM", "MM")), checked_sid(media_sid, ("ME",))
        return self._media.fetch(f"Messages/{message}/Media/{media}", cap_bytes)

    def fetch_recording(self, recording_sid: str, cap_bytes: int) -> Fetched:
        """A recording as MP3. Raises MediaRefused."""
        return self._media.fetch(f"Recordings/{checked_sid(recording_sid, ('RE',))}.mp3", cap_bytes)

    def forget_message(self, sid: str) -> None:
        """Deletes a message and its files at the carrier; do it only when our own copy is committed."""
        with in_our_words():
            self._client.messages(checked_sid(sid, ("SM", "MM"))).delete()

    def forget_recording(self, sid: str) -> None:
        """Deletes a recording at the carrier; do it only when our own copy is committed."""
        with in_our_words():
            self._client.recordings(checked_sid(sid, ("RE",))).delete()


def _patient(url: str, tries: str) -> str:
    return url if "#" in url else url + tries
