"""The short way of a message: the request that comes in hundreds goes past Flask, and whatever is odd goes to it."""

from collections.abc import Callable, Iterable
from io import BytesIO
from time import perf_counter
from typing import Any
from urllib.parse import unquote_to_bytes

from hotline.errors import BadForm
from hotline.gateway.inbound import parse_message
from hotline.gateway.signature import may_be_signed, signed_by_carrier
from hotline.gateway.twiml import CONTENT_TYPE
from hotline.meters import WEBHOOK_SECONDS, WEBHOOKS
from hotline.web.failures import NO_TEXT, told
from hotline.web.guard import MOST_FIELDS
from hotline.web.wires import Wires

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Form = dict[str, list[str]]

_PATH = "/twilio/message"
# As Flask names the route; the counters know no other name for it.
_ROUTE = "twilio.message"
_REASONS = {200: "200 OK", 500: "500 INTERNAL SERVER ERROR", 503: "503 SERVICE UNAVAILABLE"}


class Express:
    """A WSGI application before another: takes signed messages itself and hands on everything else, unread or read.

    It answers only where `carrier_only` would let the request in and the route would accept it; whoever is refused is
    refused, logged and counted by the application behind. Flask costs a message as much as writing it down.
    """

    def __init__(self, behind: Application, wires: Wires, headers: Headers, largest: int) -> None:
        """`headers` stand on every answer; bodies above `largest` bytes are handed on."""
        self._behind = behind
        self._wires = wires
        self._headers = headers
        self._largest = largest
        self._seconds = WEBHOOK_SECONDS.labels(_ROUTE)
        self._counters = {status: WEBHOOKS.labels(_ROUTE, status) for status in _REASONS}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """One request."""
        started = perf_counter()
        length = self._length(environ)
        if not length:
            return self._behind(environ, start_response)
        body = environ["wsgi.input"].read(length)
        form = read_form(body) if len(body) == length else None
        incoming = self._let_in(environ, form) if form else None
        if incoming is None:
            environ["wsgi.input"] = BytesIO(body)
            return self._behind(environ, start_response)
        status, kind, text = self._receive(incoming)
        self._counters[status].inc()
        self._seconds.observe(perf_counter() - started)
        start_response(_REASONS[status], [("Content-Type", kind), ("Content-Length", str(len(text))), *self._headers])
        return [text]

    def _length(self, environ: Environ) -> int:
        """The length of a body that we may read here; 0 when the request is none of ours."""
        if environ.get("PATH_INFO") != _PATH or environ.get("SCRIPT_NAME") or not may_be_signed(environ):
            return 0
        told_length = environ.get("CONTENT_LENGTH") or ""
        if not (told_length.isascii() and told_length.isdigit()) or "HTTP_TRANSFER_ENCODING" in environ:
            return 0
        length = int(told_length)
        return length if length <= self._largest else 0

    def _let_in(self, environ: Environ, form: Form) -> Any | None:
        """The message, if the carrier signed it and it is well formed."""
        settings = self._wires.services.settings
        if not signed_by_carrier(environ, form, settings.signing_tokens, settings.public_base_url):
            return None
        try:
            return parse_message(form, settings.twilio_account_sid, via_fallback=False)
        except BadForm:
            return None

    def _receive(self, incoming: Any) -> tuple[int, str, bytes]:
        services = self._wires.services
        try:
            texts = self._wires.use_cases.receive_message(services, incoming)
        except Exception as fault:  # as Flask would: nothing that fails may take the thread with it
            return told(fault, _ROUTE), NO_TEXT, b""
        return 200, CONTENT_TYPE, services.twiml.render_message(texts).encode()


def read_form(body: bytes) -> Form | None:
    """The fields of an urlencoded form as Flask reads them; None where Flask should have a look itself."""
    pairs = body.split(b"&")
    if not body.isascii() or len(pairs) > MOST_FIELDS:
        return None
    form: Form = {}
    for pair in pairs:
        if pair:
            name, _, value = pair.partition(b"=")
            form.setdefault(_plain(name), []).append(_plain(value))
    return form


def _plain(word: bytes) -> str:
    if b"+" in word:
        word = word.replace(b"+", b" ")
    if b"%" in word:
        # What is no UTF-8 stays as it was written, which is werkzeug's way.
        return unquote_to_bytes(word).decode("utf-8", "werkzeug.url_quote")
    return word.decode("ascii")
