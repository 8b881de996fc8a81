"""Pages for what went wrong: a plain sentence and a way on, never what went wrong inside."""

import logging

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from hotline.errors import Conflict, NotFound, Refused, StoreAway
from hotline.web import api

_log = logging.getLogger(__name__)

_TEXTS = {
    400: (_("This cannot be done"), _("The page was too old or incomplete. Go back, load it again and try once more.")),
    403: (_("Not for your role"), _("Your role does not open this page. Ask the head of the unit if it should.")),
    404: (_("Nothing here"), _("There is no such page or report, or you may not see it.")),
    405: (_("This cannot be done"), _("The page was too old or incomplete. Go back, load it again and try once more.")),
    429: (_("Too many tries"), _("Please wait one minute, then try again.")),
    500: (_("Our mistake"), _("Something went wrong on our side. The alarm by phone goes on without this page.")),
    503: (
        _("Not reachable now"),
        _("The database does not answer. The alarm by phone goes on. Try again in a moment."),
    ),
}


def install_failures(app: Flask) -> None:
    """Every fault ends in a page that a tired person understands."""
    app.register_error_handler(HTTPException, _refused_by_web)
    app.register_error_handler(CSRFError, lambda _fault: failure(400))
    app.register_error_handler(NotFound, lambda _fault: failure(404))
    app.register_error_handler(Refused, lambda _fault: failure(400))
    app.register_error_handler(Conflict, lambda _fault: failure(503))
    app.register_error_handler(StoreAway, lambda _fault: failure(503))
    # The console must survive its own faults, and its page must not show them.
    app.register_error_handler(Exception, _crashed)


def failure(status: int) -> ResponseReturnValue:
    """The page of a fault; machines get it as JSON, and what the page asks by itself gets the status alone."""
    if "HX-Request" in request.headers:
        return "", status
    if request.path.startswith(f"{api.PREFIX}/"):
        return {"error": HTTP_STATUS_CODES.get(status, "fault").lower()}, status
    title, text = _TEXTS.get(status, _TEXTS[500 if status >= 500 else 400])
    return render_template("console/failure.html", status=status, title=title, text=text), status


def _refused_by_web(fault: HTTPException) -> ResponseReturnValue:
    if fault.response is not None or (fault.code or 500) < 400:
        return fault.get_response()
    return failure(fault.code or 500)


def _crashed(fault: Exception) -> ResponseReturnValue:
    _log.error("console.crashed", exc_info=fault, extra={"endpoint": request.endpoint})
    return failure(500)
