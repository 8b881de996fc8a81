"""The carrier's webhooks for calls: every step asks us what is heard next, and a failure must be heard too."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from hotline.gateway.form import first
from hotline.gateway.inbound import Step, parse_call, parse_call_status, parse_recording
from hotline.gateway.query import failed_step, opaque_word, step_of
from hotline.gateway.twiml import CONTENT_TYPE
from hotline.web.failures import spoken, told
from hotline.web.guard import carrier_only
from hotline.web.webhooks import no_content, query
from hotline.web.wires import wires
from triage.events import CallStep

calls = Blueprint("twilio_calls", __name__, url_prefix="/twilio")
_ON_HER_LEG = (CallStep.WHISPER, CallStep.WHISPER_KEY)
_FOR_STAFF = (*_ON_HER_LEG, CallStep.OFFER, CallStep.OFFER_KEY)


@calls.post("/call")
@carrier_only
def call() -> ResponseReturnValue:
    """Somebody calls the hotline."""
    return _answer(Step(CallStep.INCOMING), via_fallback=False)


@calls.post("/call/<word>")
@carrier_only
def call_step(word: str) -> ResponseReturnValue:
    """A later step of a call, at a URL of ours."""
    step = step_of(word, query())
    return _answer(step, via_fallback=False) if step else abort(404)


@calls.post("/fallback/call")
@carrier_only
def fallback_call() -> ResponseReturnValue:
    """The carrier could not get an answer at one of our URLs: the call goes on where it broke off."""
    form, here = request.form.to_dict(flat=False), wires()
    return _answer(failed_step(first(form, "ErrorUrl"), here.services.settings.public_base_url), via_fallback=True)


@calls.post("/call/status")
@carrier_only
def call_status() -> ResponseReturnValue:
    """The state of a call: one that we placed (`m` in our URL is our own id of it), or one that came in."""
    here = wires()
    notice = parse_call_status(request.form.to_dict(flat=False), opaque_word(query(), "m") or None)
    note = here.use_cases.note_status if notice.outbox_id else here.use_cases.note_caller_status
    note(here.services, notice)
    return no_content()


@calls.post("/call/recording")
@carrier_only
def recording() -> ResponseReturnValue:
    """A recording is ready, absent or failed."""
    here = wires()
    here.use_cases.note_recording(here.services, parse_recording(request.form.to_dict(flat=False)))
    return no_content()


def _answer(step: Step, *, via_fallback: bool) -> Response:
    here = wires()
    event = parse_call(request.form.to_dict(flat=False), step, via_fallback=via_fallback)
    try:
        twiml = here.use_cases.step(here.services, event)
    except Exception as fault:  # whatever broke, somebody is on the line and must not hear silence
        return _apology(step, told(fault, request.endpoint), via_fallback=via_fallback)
    return Response(twiml, content_type=CONTENT_TYPE)


def _apology(step: Step, status: int, *, via_fallback: bool) -> Response:
    """What is heard when a step failed.

    The carrier plays no body of a 5xx: it tries again and then asks the fallback URL, which is what we want of the
    first URL (the sentence is there for whoever plays it). Nothing stands behind the fallback, so that one answers 200
    and names the police. A companion's leg inside a caller's call also gets 200 and ends: after a failed whisper the
    carrier may join the legs, and a voicemail would swallow the caller; the caller's own flow goes on to the next.
    """
    heard = "call.failure.staff" if step.at in _FOR_STAFF else "call.failure.caller"
    return spoken(heard, 200 if via_fallback or step.at in _ON_HER_LEG else status)
