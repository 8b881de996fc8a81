"""Requests to the carrier: one pool, a time limit, another origin where told so, and errors in our own words."""

import json
import logging
import os
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_auth_from_url, get_environ_proxies, select_proxy
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response

from hotline.gateway.verdicts import CarrierRefused, CarrierUnclear, Verdict, verdict_of
from hotline.meters import CARRIER_ANSWERS

# As many as the threads of one worker that call the carrier at once.
POOL_SIZE = 64
# Failures of the way to the carrier: nothing has been sent yet.
_BEFORE_SENDING = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.NameResolutionError,
    urllib3.exceptions.ProxyError,
)
# Where requests looks for certificates beside its own bundle.
_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SID = re.compile(r"(CA|MM|SM|ME|RE)[0-9a-fA-F]{32}")
# The client writes URLs with numbers and whole forms at INFO. This logger leads nowhere.
_silent = logging.Logger("carrier", logging.CRITICAL)


class CarrierHttp(HttpClient):  # type: ignore[misc]  # twilio publishes no types
    """An HTTP client for the carrier's own client: kept connections, a time limit in seconds, `origin` for all domains.

    The one that it brings (requests, with a session) takes four times as long for a message, all of it computing: it
    builds cookies, hooks and proxies anew for each. Proxies and certificates come from the environment as there.
    """

    def __init__(self, timeout_s: float, origin: str | None) -> None:
        super().__init__(_silent, False, timeout_s)
        self._origin = origin.rstrip("/") if origin else None
        self._limit = urllib3.Timeout(connect=timeout_s, read=timeout_s)
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}

    def close(self) -> None:
        """Closes the connections."""
        for pool in self._pools.values():
            pool.close()

    def request(self, method: str, url: str, **given: Any) -> Response:
        """The request, sent to our origin if there is one; redirects are not followed and nothing is kept of it.

        Raises an exception of urllib3.
        """
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if given.get("params"):
            target += ("&" if parts.query else "?") + urlencode(given["params"], doseq=True)
        headers = dict(given.get("headers") or {})
        if given.get("auth"):
            headers["Authorization"] = _basic(*given["auth"])
        pool = self._pool(self._origin or f"{parts.scheme}://{parts.netloc}")
        body = urlencode(given["data"], doseq=True) if given.get("data") else None
        answer = pool.urlopen(method.upper(), target, body, headers, retries=False, redirect=False, timeout=self._limit)
        return Response(answer.status, answer.data.decode("utf-8", "replace"), answer.headers)

    def _pool(self, origin: str) -> urllib3.HTTPConnectionPool:
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools.setdefault(origin, _pools_for(origin).connection_from_url(origin))
        return pool


def _pools_for(origin: str) -> urllib3.PoolManager:
    proxy = select_proxy(origin, get_environ_proxies(origin))
    certificates = next((os.environ[name] for name in _CERTIFICATES if os.environ.get(name)), DEFAULT_CA_BUNDLE_PATH)
    what: dict[str, Any] = {"maxsize": POOL_SIZE, "ca_certs": certificates, "cert_reqs": "CERT_REQUIRED"}
    if proxy is None:
        return urllib3.PoolManager(**what)
    name, password = get_auth_from_url(proxy)
    told = urllib3.make_headers(proxy_basic_auth=f"{name}:{password}") if name else None
    return urllib3.ProxyManager(proxy, proxy_headers=told, **what)


@cache
def _basic(name: str, password: str) -> str:
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


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
    except (TwilioException, urllib3.exceptions.HTTPError) as fault:
        failure = _failure(fault)
        CARRIER_ANSWERS.labels(failure.verdict).inc()
        # Not chained: the text of the carrier's exception has the number and the URL.
        raise failure from None
    CARRIER_ANSWERS.labels("ok").inc()


def _failure(fault: Exception) -> CarrierRefused | CarrierUnclear:
    if isinstance(fault, TwilioRestException | TwilioServiceException):
        return _by_code(fault.status, fault.code)
    if isinstance(fault, urllib3.exceptions.HTTPError):
        # A connection that broke later (TLS too) may have carried the request.
        never_sent = isinstance(fault, _BEFORE_SENDING)
        return CarrierRefused(0, Verdict.NOT_SENT_TRY_AGAIN) if never_sent else CarrierUnclear()
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
