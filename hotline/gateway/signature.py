"""Whether a request really comes from the carrier: the signature over the public URL and the form."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from twilio.request_validator import (
    HMAC_SHA1,
    HMAC_SHA256,
    get_signature_algorithm,
)

FORM_TYPE = "application/x-www-form-urlencoded"
_SIGNATURE = "HTTP_X_TWILIO_SIGNATURE"
_SETTINGS = "HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS"
_DIGESTS = {HMAC_SHA1: hashlib.sha1, HMAC_SHA256: hashlib.sha256}
_DEFAULT_PORTS = {"https": 443, "http": 80}


def may_be_signed(environ: Mapping[str, Any]) -> bool:
    """Whether the request has the shape of a webhook (POST, a form, some signature); its body is not read for this."""
    content_type = environ.get("CONTENT_TYPE") or ""
    return (
        environ.get("REQUEST_METHOD") == "POST"
        and content_type.partition(";")[0].strip().lower() == FORM_TYPE
        and bool(environ.get(_SIGNATURE))
    )


def signed_by_carrier(
    environ: Mapping[str, Any], form: Mapping[str, Sequence[str]], tokens: Sequence[str], public_base: str
) -> bool:
    """Whether one of `tokens` signed exactly this form for exactly this target under our configured origin.

    The host, scheme and forwarding headers of the request change nothing: the origin is `public_base`. Fails closed:
    no token, no target, no signature, an unknown algorithm or unreadable text mean False. It never raises.
    """
    # RAW_URI is gunicorn's, REQUEST_URI that of waitress, uWSGI and werkzeug. A decoded path would not match.
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    digest = _DIGESTS.get(get_signature_algorithm(environ.get(_SETTINGS)).upper())
    if digest is None or not may_be_signed(environ) or not target.startswith("/"):
        return False
    try:
        claimed = environ[_SIGNATURE].encode("latin-1")
        fields = _joined(form).encode("utf-8")
        urls = [(origin + target).encode("utf-8") for origin in _origins(public_base)]
    except UnicodeEncodeError:
        return False
    keys = [token.encode("utf-8") for token in tokens if token]
    return any(_matches(key, url + fields, digest, claimed) for key in keys for url in urls)


def _joined(form: Mapping[str, Sequence[str]]) -> str:
    """The form as the carrier signs it: names sorted, each before each of its distinct values, no separators."""
    return "".join(name + value for name in sorted(form) for value in sorted(set(form[name])))


def _matches(key: bytes, text: bytes, digest: Any, claimed: bytes) -> bool:
    return hmac.compare_digest(base64.b64encode(hmac.digest(key, text, digest)), claimed)


@lru_cache(maxsize=8)
def _origins(public_base: str) -> tuple[str, ...]:
    """Our origin without and with its port: the carrier is not consistent in whether it signs the port."""
    parts = urlsplit(public_base.rstrip("/"))
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 443)
    bare = parts.netloc.removesuffix(f":{parts.port}") if parts.port else parts.netloc
    return (f"{parts.scheme}://{bare}{parts.path}", f"{parts.scheme}://{bare}:{port}{parts.path}")
