"""Files that lie at the carrier: fetched by SID from its host only, never from a URL that somebody sent, with a cap."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

import requests

from hotline.gateway.inbound import API_ORIGIN
from hotline.gateway.transport import POOL_SIZE

# Where the carrier sends us on for the bytes. Source: Twilio, media resource ("mms.twiliocdn.com").
STORES = frozenset({"api.twilio.com", "mms.twiliocdn.com", "media.twiliocdn.com"})
# WhatsApp's largest file has 16 MB; over a slow line that must still end.
LONGEST_FETCH_S = 60.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_CHUNK = 64 * 1024
_MOVED = (301, 302, 303, 307, 308)


class MediaFault(StrEnum):
    """Why a file was not fetched."""

    TOO_BIG = "too_big"
    TOO_SLOW = "too_slow"
    NOT_THERE = "not_there"  # often only not yet: the carrier may need seconds
    FOREIGN_HOST = "foreign_host"
    UNREACHABLE = "unreachable"


class MediaRefused(Exception):
    """A file was not fetched; its text is the fault alone."""

    def __init__(self, fault: MediaFault) -> None:
        super().__init__(f"media refused: {fault}")
        self.fault = fault


@dataclass(frozen=True)
class Fetched:
    """The bytes of a file and the content type that the carrier's store names."""

    content: bytes = field(repr=False)
    content_type: str


class MediaRoom:
    """Fetches files of one account; `origin` is the carrier's API unless it is simulated."""

    def __init__(self, account_sid: str, auth_token: str, origin: str | None = None) -> None:
        self._account = account_sid
        self._auth = (account_sid, auth_token)
        self._origin = (origin or API_ORIGIN).rstrip("/")
        self._session = requests.Session()
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=POOL_SIZE)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def fetch(self, path: str, cap_bytes: int) -> Fetched:
        """The file under a path of our account (`Messages/MM…/Media/ME…`, `Recordings/RE….mp3`), `cap_bytes` at most.

        Raises:
            MediaRefused: it is not there, too big, too slow, or lies where the carrier has no store.
        """
        url = f"{self._origin}/2010-04-01/Accounts/{self._account}/{path}"
        with _told_apart():
            answer = self._session.get(url, auth=self._auth, stream=True, timeout=8, allow_redirects=False)
            if answer.status_code in _MOVED:
                answer = self._follow(url, answer)
            with answer:
                return _read(answer, cap_bytes)

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def _follow(self, url: str, answer: requests.Response) -> requests.Response:
        """One redirect, to the carrier's stores only, without our password, never away from TLS."""
        with answer:
            target = urljoin(url, answer.headers.get("Location", ""))
        if not (_is_store(target) or _is_simulated(target, self._origin)):
            raise MediaRefused(MediaFault.FOREIGN_HOST)
        return self._session.get(target, auth=_nobody, stream=True, timeout=8, allow_redirects=False)


def _is_store(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.netloc.lower() in STORES


def _is_simulated(url: str, origin: str) -> bool:
    """Whether a simulated carrier, itself on this machine, sends us on to itself."""
    there, here = urlsplit(url), urlsplit(origin)
    on_loopback = {there.hostname, here.hostname} <= _LOOPBACK
    return on_loopback and there.scheme == here.scheme and there.netloc.endswith(f":{here.port}")


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Authenticates as nobody; without this, requests would look for a password in the home folder's netrc."""
    return request


def _read(answer: requests.Response, cap_bytes: int) -> Fetched:
    if answer.status_code != requests.codes.ok:
        raise MediaRefused(MediaFault.NOT_THERE)
    announced = answer.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > cap_bytes:
        raise MediaRefused(MediaFault.TOO_BIG)
    content_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Fetched(b"".join(_chunks(answer, cap_bytes)), content_type or "application/octet-stream")


def _chunks(answer: requests.Response, cap_bytes: int) -> Iterator[bytes]:
    ends, size = time.monotonic() + LONGEST_FETCH_S, 0
    for chunk in answer.iter_content(_CHUNK):
        size += len(chunk)
        if size > cap_bytes:
            raise MediaRefused(MediaFault.TOO_BIG)
        if time.monotonic() > ends:
            raise MediaRefused(MediaFault.TOO_SLOW)
        yield chunk


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except requests.RequestException:
        raise MediaRefused(MediaFault.UNREACHABLE) from None
