"""Requests to the carrier: one pool, a time limit, another origin where told so, and errors in our own words."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from hotline.gateway.verdicts import CarrierRefused, CarrierUnclear, Verdict, verdict_of
from hotline.meters import CARRIER_ANSWERS

# As many as the threads of one worker that call the carrier at once.
POOL_SIZE = 32
# Failures of the way to the carrier: nothing has been sent yet.
_BEFORE_SENDING = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.NameResolutionError,
    urllib3.exceptions.ProxyError,
)
_SID = re.compile(r"(CA|MM|SM|ME|RE)[0-9a-fA-F]{32}")
# The client writes URLs with numbers and whole forms at INFO. This logger leads nowhere.
_silent = logging.Logger("carrier", logging.CRITICAL)


class CarrierHttp(TwilioHttpClient):  # type: ignore[misc]  # twilio publishes no types
    """The carrier's own HTTP client with a time limit in seconds, a larger pool, and `origin` for all its domains."""

    def __init__(self, timeout_s: float, origin: str | None) -> None:
        super().__init__(timeout=timeout_s, logger=_silent)
        self._origin = origin.rstrip("/") if origin else None
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(pool_connections=4, pool_maxsize=POOL_SIZE))

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """The request, sent to our origin if there is one; nothing of it is kept afterwards."""
        try:
            return super().request(method, self._aimed(url), *args, **kwargs)
        finally:
            # The client keeps the last request for its own tests: a person's number and text.
            self._test_only_last_request = self._test_only_last_response = None

    def _aimed(self, url: str) -> str:
        if self._origin is None:
            return url
        parts = urlsplit(url)
        return f"{self._origin}{parts.path}{'?' + parts.query if parts.query else ''}"


def checked_sid(sid: str, kinds: tuple[str, ...]) -> str:
    """A SID fit for a path of the carrier's API.

    Raises:
        CarrierRefused: it is not one of `kinds` and 32 hexadecimal digits; the carrier would say 20404.
    """
    if not _SID.fullmatch(sid) or sid[:2] not in kinds:
        raise CarrierRefused(20404, verdict_of(20404))
    return sid


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turns every failure of a request into CarrierRefused or CarrierUnclear, without what was in the request."""
    try:
        yield
    except (TwilioException, requests.RequestException) as fault:
        failure = _failure(fault)
        CARRIER_ANSWERS.labels(failure.verdict).inc()
        # Not chained: the text of the carrier's exception has the number and the URL.
        raise failure from None
    CARRIER_ANSWERS.labels("ok").inc()


def _failure(fault: Exception) -> CarrierRefused | CarrierUnclear:
    if isinstance(fault, TwilioRestException | TwilioServiceException):
        return _by_code(fault.status, fault.code)
    if isinstance(fault, requests.RequestException):
        return CarrierRefused(0, Verdict.NOT_SENT_TRY_AGAIN) if _never_sent(fault) else CarrierUnclear()
    # A list page that was no list: the client hands its response along, second.
    return _by_page(fault.args[1]) if len(fault.args) > 1 else CarrierUnclear()


def _by_page(page: Any) -> CarrierRefused | CarrierUnclear:
    status = getattr(page, "status_code", 0)
    try:
        told = json.loads(getattr(page, "text", ""))
    except ValueError:
        told = None
    return _by_code(status, told.get("code", status) if isinstance(told, dict) else status)


def _by_code(status: Any, code: Any) -> CarrierRefused | CarrierUnclear:
    number = code if isinstance(code, int) else 0
    if status == 429:
        return CarrierRefused(number or 429, Verdict.NOT_SENT_TRY_AGAIN)
    verdict = verdict_of(number)
    if verdict is Verdict.MAYBE_SENT or (isinstance(status, int) and status >= 500):
        return CarrierUnclear(number)
    return CarrierRefused(number, verdict)


def _never_sent(fault: requests.RequestException) -> bool:
    """Whether the connection was never made. One that broke later (TLS too) may have carried the request."""
    if isinstance(fault, requests.exceptions.ConnectTimeout):
        return True
    cause = fault.args[0] if fault.args else None
    return isinstance(getattr(cause, "reason", cause), _BEFORE_SENDING)
