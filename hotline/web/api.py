"""The machine interface: read-only JSON under /api/v1 for the bearers of tokens."""

from collections.abc import Callable, Mapping
from functools import partial, update_wrapper
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from hotline import oversight, staffing
from hotline.errors import Conflict, NotFound, Refused, StoreAway
from hotline.services import Services
from hotline.views import Viewer
from hotline.web import api_answers, api_questions
from hotline.web.api_schema import describe
from hotline.web.guard import guarded_by

PREFIX = "/api/v1"
_LONGEST_TOKEN = 200


def blueprint(services: Services) -> Blueprint:
    """The routes; each lets in whoever bears a token of this unit, and nobody else."""
    api = Blueprint("api", __name__, url_prefix=PREFIX)
    guard = guarded_by(partial(_bearer, services))
    routes: Mapping[str, tuple[str, Callable[..., Any]]] = {
        "/openapi.json": ("openapi", _openapi),
        "/reports": ("reports", _reports),
        "/reports/<ref>": ("report", _report),
        "/reports/<ref>/events": ("events", _events),
        "/response-times": ("response_times", _response_times),
        "/<path:rest>": ("nothing", _nothing),
    }
    for rule, (name, view) in routes.items():
        # With the name of its function, by which libraries call a route.
        api.add_url_rule(rule, name, guard(update_wrapper(partial(view, services), view)), methods=["GET"])
    api.after_request(_uncached)
    for fault, status in ((NotFound, 404), (Refused, 400), (StoreAway, 503), (Conflict, 503)):
        api.register_error_handler(fault, partial(_failed, status))
    return api


def _bearer(services: Services) -> Response | None:
    """Lets in the bearer of a token; to everybody else all wrong tokens look alike."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    viewer = None
    if scheme.lower() == "bearer" and 0 < len(token.strip()) <= _LONGEST_TOKEN:
        try:
            viewer = staffing.token_viewer(services, token.strip())
        except (StoreAway, Conflict):
            return _error(503, "the database cannot be reached; try again")
    if viewer is None:
        refusal = _error(401, "a valid token is needed: Authorization: Bearer TOKEN")
        refusal.headers["WWW-Authenticate"] = 'Bearer realm="hotline"'
        return refusal
    g.machine_viewer = viewer
    return None


def _viewer() -> Viewer:
    viewer: Viewer = g.machine_viewer
    return viewer


def _openapi(_services: Services) -> Response:
    return jsonify(describe(PREFIX))


def _reports(services: Services) -> Response:
    wanted = api_questions.wanted(request.args, services.unit.zone)
    page = oversight.reports(services, _viewer(), **wanted)
    return jsonify({"reports": [api_answers.facts(one) for one in page.reports], "next_cursor": page.next_cursor})


def _report(services: Services, ref: str) -> Response:
    api_questions.nothing(request.args)
    return jsonify(api_answers.report(oversight.report_page(services, _viewer(), ref)))


def _events(services: Services, ref: str) -> Response:
    api_questions.nothing(request.args)
    found = oversight.report_events(services, _viewer(), ref)
    return jsonify({"events": [api_answers.event(one) for one in found]})


def _response_times(services: Services) -> Response:
    window = api_questions.window(request.args, services.unit.zone, services.now())
    found = oversight.response_times(services, window)
    start, end = (api_answers.moment(edge) for edge in window)
    return jsonify({"from": start, "to": end, "response_times": [api_answers.figures(row) for row in found]})


def _nothing(_services: Services, rest: str) -> Response:
    return _error(404, "there is nothing at this address")


def _failed(status: int, fault: Exception) -> Response:
    # Only what was refused says why; the rest would tell of the machine.
    said = str(fault) if status < 500 else "the database cannot be reached; try again"
    return _error(status, said)


def _error(status: int, words: str) -> Response:
    answer = jsonify({"error": words})
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _uncached(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
