"""Who may call a route: every view declares its guard, and an application with an undeclared view does not start."""

import hmac
import ipaddress
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from hotline.gateway.signature import may_be_signed, signed_by_carrier
from hotline.web.wires import wires

Check = Callable[[], ResponseReturnValue | None]
View = TypeVar("View", bound=Callable[..., Any])

# The carrier sends about 60 fields at most; more are an attempt to keep us busy with sorting.
MOST_FIELDS = 200
_MARK = "hotline_guard"
_log = logging.getLogger(__name__)


class Unguarded(RuntimeError):
    """A view has no declared guard; the application must not start."""


def guarded_by(check: Check) -> Callable[[View], View]:
    """Declares the guard of a view: `check` runs before it and returns None, or the answer that is given instead."""

    def declare(view: View) -> View:
        setattr(view, _MARK, check)
        return view

    return declare


def guard_of(view: Callable[..., Any]) -> Check | None:
    """The declared guard of a view, or None."""
    return getattr(view, _MARK, None)


def seal(app: Flask) -> None:
    """Puts the declared guards before all views. The last act of a factory: later views would be refused by 500.

    Raises:
        Unguarded: a view has declared none.
    """
    missing = sorted(endpoint for endpoint, view in app.view_functions.items() if guard_of(view) is None)
    if missing:
        raise Unguarded(f"no guard declared for: {', '.join(missing)}")
    app.before_request(_stand_guard)


def _stand_guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no view will run: it is a 404 or 405 already
    check = guard_of(current_app.view_functions[request.endpoint])
    if check is None:
        raise Unguarded(f"no guard declared for: {request.endpoint}")
    return check()


def _anyone() -> None:
    return None


def _signed() -> ResponseReturnValue | None:
    """Lets the carrier in. An unsigned body is not even read; a refusal says nothing and stores nothing."""
    if not may_be_signed(request.environ):
        return _refused("unsigned")
    # Reading the form raises 413 when it is too large.
    if len(request.form) > MOST_FIELDS:
        return _empty(413)
    settings = wires().services.settings
    form = request.form.to_dict(flat=False)
    if not signed_by_carrier(request.environ, form, settings.signing_tokens, settings.public_base_url):
        return _refused("badly_signed")
    return None


def _near_or_known() -> ResponseReturnValue | None:
    """Lets in this machine itself (not what a proxy passes on), or the bearer of the metrics token; 404 to others."""
    expected = wires().services.settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if expected and hmac.compare_digest(given.encode(), expected.get_secret_value().encode()):
        return None
    return None if _is_near() else _empty(404)


def _is_near() -> bool:
    if any(header in request.headers for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP")):
        return False
    try:
        return ipaddress.ip_address(request.environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _refused(reason: str) -> Response:
    _log.warning("webhook.refused", extra={"route": request.endpoint, "reason": reason})
    return _empty(403)


def _empty(status: int) -> Response:
    return Response(status=status, mimetype="text/plain")


open_to_all = guarded_by(_anyone)
carrier_only = guarded_by(_signed)
loopback_or_token = guarded_by(_near_or_known)
