"""The carrier's webhooks for messages: what came in, and what became of what we sent."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from hotline.gateway.inbound import parse_message, parse_message_status
from hotline.gateway.query import opaque_word
from hotline.gateway.twiml import CONTENT_TYPE
from hotline.web.guard import carrier_only
from hotline.web.wires import wires

webhooks = Blueprint("twilio", __name__, url_prefix="/twilio")
_EVERY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@webhooks.post("/message")
@carrier_only
def message() -> ResponseReturnValue:
    """An incoming message; 200 means that it is committed."""
    return _receive(via_fallback=False)


@webhooks.post("/fallback/message")
@carrier_only
def fallback_message() -> ResponseReturnValue:
    """The same message again, after the carrier could not reach the first URL."""
    return _receive(via_fallback=True)


@webhooks.post("/message/status")
@carrier_only
def message_status() -> ResponseReturnValue:
    """What became of a message that we sent; `m` in our URL is our own id of it."""
    here = wires()
    notice = parse_message_status(request.form.to_dict(flat=False), opaque_word(query(), "m") or None)
    here.use_cases.note_status(here.services, notice)
    return no_content()


@webhooks.route("/", defaults={"rest": ""}, methods=_EVERY_METHOD)
@webhooks.route("/<path:rest>", methods=_EVERY_METHOD)
@carrier_only
def nowhere(rest: str) -> ResponseReturnValue:
    """Every other path and method below /twilio: without a good signature 403 like all of them, with one 404."""
    return Response(status=404, mimetype="text/plain")


def query() -> dict[str, list[str]]:
    """The words that we put into our own URL. Facts about a message or a call come from the form alone."""
    return request.args.to_dict(flat=False)


def no_content() -> Response:
    """The answer to a notice. An empty 200 would be a warning in the carrier's debugger (15003)."""
    return Response(status=204)


def _receive(*, via_fallback: bool) -> Response:
    here = wires()
    incoming = parse_message(
        request.form.to_dict(flat=False), here.services.settings.twilio_account_sid, via_fallback=via_fallback
    )
    texts = here.use_cases.receive_message(here.services, incoming)
    return Response(here.services.twiml.render_message(texts), content_type=CONTENT_TYPE)
