"""Whether the process lives, whether the service is ready; for machines that restart and route."""

import logging

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from hotline.web.guard import open_to_all
from hotline.web.wires import wires

alive = Blueprint("alive", __name__)
ready = Blueprint("ready", __name__)
_log = logging.getLogger(__name__)


@alive.get("/healthz")
@open_to_all
def healthz() -> ResponseReturnValue:
    """The process lives. Nothing else is asked: whoever restarts processes must not do so for a slow database."""
    return jsonify(status="ok")


@ready.get("/readyz")
@open_to_all
def readyz() -> ResponseReturnValue:
    """200 when every part is ready; 503 with the reasons otherwise."""
    here = wires()
    reasons = dict(here.use_cases.readiness(here.services))
    missing = {part: reason for part, reason in reasons.items() if reason is not None}
    if missing:
        _log.warning("service.not_ready", extra={"parts": sorted(missing)})
    answer: Response = jsonify(ready=not missing, parts={part: reason or "ok" for part, reason in reasons.items()})
    answer.status_code = 503 if missing else 200
    return answer
