"""What a failure looks like from outside: a status and nothing else, except in a call, where somebody listens."""

import logging

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from hotline.errors import BadForm, StoreAway
from hotline.gateway.twiml import CONTENT_TYPE
from hotline.web.wires import wires

NO_TEXT = "text/plain; charset=utf-8"
_log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Answers every failure of the application with its status and an empty body."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(BadForm, malformed)
    app.register_error_handler(Exception, unexpected)


def malformed(fault: BadForm) -> Response:
    """400 for a form of the carrier that cannot be used; the log gets the kind of fault, never the content."""
    _log.warning("webhook.malformed", extra={"route": request.endpoint, "reason": str(fault)})
    return Response(status=400, mimetype="text/plain")


def unexpected(fault: Exception) -> Response:
    """503 while the database is away (the carrier tries again or falls back), 500 for a fault of ours."""
    return Response(status=told(fault, request.endpoint), mimetype="text/plain")


def told(fault: Exception, route: str | None) -> int:
    """Logs a failure, without any content, and returns the status to answer with."""
    if isinstance(fault, StoreAway):
        _log.error("webhook.store_away", extra={"route": route})
        return 503
    _log.error("webhook.failed", exc_info=fault, extra={"route": route})
    return 500


def spoken(key: str, status: int) -> Response:
    """A sentence of the catalogue, spoken in both languages, then the end of the leg; needs no database."""
    return Response(wires().services.twiml.render_apology(key), status=status, content_type=CONTENT_TYPE)


def _http(fault: HTTPException) -> Response:
    return Response(status=fault.code or 500, mimetype="text/plain")
