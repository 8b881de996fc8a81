"""How often somebody may try to sign in: per user name, per address, and also while Redis is away."""

import hmac
from typing import Any

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from itsdangerous import BadSignature, URLSafeSerializer

from hotline.accounts import fold_username

# Security reference 2.7: guessing must be hopeless, while a tired person may mistype.
PER_NAME = "5 per minute"
PER_ADDRESS = "20 per minute"
# For the machine interface, by token or address.
PER_MACHINE = "240 per minute"

KNOWN_DEVICE = "d"

# Seconds; a Redis that does not answer must not hold up the door.
_PATIENCE: dict[str, Any] = {"socket_connect_timeout": 0.25, "socket_timeout": 0.5}


def build_limiter(app: Flask, redis_url: str) -> Limiter:
    """The limiter of this app. Counters lie in Redis, so that all processes count together; without it, in memory.

    Without the fallback a lost Redis would answer every login with 500, and swallowing errors would end the limit.
    """
    return Limiter(
        get_remote_address,
        app=app,
        storage_uri=redis_url,
        storage_options=_PATIENCE,
        in_memory_fallback_enabled=True,
        key_prefix="console",
        strategy="moving-window",
    )


def by_name() -> str:
    """The key of a user name. A browser that this person has signed in with before counts for itself.

    Otherwise a stranger who keeps guessing would lock the companion on duty out of her own console.
    """
    name = _asked_name()
    return _hidden(f"name:{name}:{'known' if _is_known_device(name) else 'unknown'}")


def from_known_device() -> bool:
    """Whether this browser has signed in under this name before: its own count is enough for it.

    The whole unit may share one address, and whoever guesses there would lock out everybody.
    """
    return _is_known_device(_asked_name())


def by_address() -> str:
    """The key of an address."""
    return _hidden(f"address:{get_remote_address()}")


def device_mark(username: str) -> str:
    """A signed mark for the browser that has just signed in as `username`."""
    return _signer().dumps(fold_username(username))


def _asked_name() -> str:
    return fold_username(request.form.get("username", ""))[:64]


def _is_known_device(name: str) -> bool:
    try:
        return bool(_signer().loads(request.cookies.get(KNOWN_DEVICE, "")) == name)
    except BadSignature:
        return False


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known-device")


def _hidden(key: str) -> str:
    # Redis must not learn who signs in from where.
    return hmac.new(str(current_app.secret_key).encode(), key.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
