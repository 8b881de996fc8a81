"""What each variable of the environment must look like. No check ever repeats the value that it refuses."""

import base64
import binascii
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr

KEY_BYTES = 32
ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
# ITU-T E.164: a plus, a country code that does not begin with 0, fifteen digits at most.
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
UNIT_CODE = re.compile(r"[A-Z0-9]{2,12}")
# RFC 1123 names, and addresses. No underscore: the carrier refuses such a host.
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]+")
WHATSAPP = "whatsapp:"


def _split(text: str) -> SplitResult:
    """Split a URL; the error leaves the URL out, as it may hold a password."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("must be a URL") from None
    return parts


def database(secret: SecretStr) -> SecretStr:
    """An SQLAlchemy URL of one of the two databases that the service is tested with."""
    parts = _split(secret.get_secret_value())
    known = parts.scheme == "postgresql+psycopg" or (parts.scheme == "sqlite" and not parts.netloc)
    if not known or len(parts.path) < 2:
        raise ValueError("must be postgresql+psycopg://… or sqlite:///… with the name of a database")
    return secret


def redis_server(secret: SecretStr) -> SecretStr:
    """The URL of a Redis server, over TCP, TLS or a socket."""
    parts = _split(secret.get_secret_value())
    reachable = parts.path if parts.scheme == "unix" else parts.hostname
    if parts.scheme not in ("redis", "rediss", "unix") or not reachable:
        raise ValueError("must be redis://…, rediss://… or unix://…")
    return secret


def origin(text: str) -> str:
    """An origin (scheme, host, port); a lone slash at its end is dropped."""
    parts = _split(text)
    bare = parts.path in ("", "/") and not parts.query and not parts.fragment and "@" not in parts.netloc
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        raise ValueError("must be http(s)://host[:port] without user, path or query")
    if not HOST.fullmatch(parts.hostname):
        raise ValueError("must have a host of letters, digits, dots and hyphens")
    return f"{parts.scheme}://{parts.netloc}"


def matching(pattern: re.Pattern[str], must: str) -> Callable[[str], str]:
    """A check that a text is wholly of a pattern; `must` says which in words."""

    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"must be {must}")
        return text

    return check


account_sid = matching(ACCOUNT_SID, "AC and 32 hexadecimal digits")
number = matching(E164, "an E.164 number such as +62765000000")
unit_code = matching(UNIT_CODE, "2 to 12 capital letters or digits")


def whatsapp_number(text: str) -> str:
    """An E.164 number, also when written with the carrier's prefix."""
    return number(text.removeprefix(WHATSAPP))


def at_least(length: int) -> Callable[[SecretStr], SecretStr]:
    """A check that a secret has at least so many characters."""

    def check(secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value()) < length:
            raise ValueError(f"must have at least {length} characters")
        return secret

    return check


def decode_key(text: str) -> bytes:
    """One key of 32 bytes from base64, in the plain or the URL-safe alphabet.

    Raises:
        ValueError: the text is no such key; the message does not repeat it.
    """
    try:
        key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("must be base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"must be base64 of {KEY_BYTES} bytes each")
    return key


def key_ring(secret: SecretStr) -> SecretStr:
    """Keys separated by commas, each only once."""
    keys = [decode_key(part) for part in secret.get_secret_value().split(",")]
    if len(set(keys)) != len(keys):
        raise ValueError("must not hold the same key twice")
    return secret


def one_key(secret: SecretStr) -> SecretStr:
    """A single key."""
    decode_key(secret.get_secret_value())
    return secret


def zone_name(text: str) -> str:
    """A name of the IANA time zone database."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone such as Asia/Jakarta") from None
    return text


def existing_file(path: Path) -> Path:
    """A file that is there now."""
    if not path.is_file():
        raise ValueError("must be a file that exists")
    return path
