"""Counts and times the webhooks, by route and status."""

from time import perf_counter

from flask import Flask, Response, g, request

from hotline.meters import WEBHOOK_SECONDS, WEBHOOKS

_ROUTES = ("twilio.", "twilio_calls.")


def install(app: Flask) -> None:
    """Starts the clock before the guards and stops it after the answer is made."""
    app.before_request(_start)
    app.after_request(_stop)


def _start() -> None:
    g.started = perf_counter()


def _stop(answer: Response) -> Response:
    kind = request.endpoint or ""
    if kind.startswith(_ROUTES):
        WEBHOOKS.labels(kind, answer.status_code).inc()
        WEBHOOK_SECONDS.labels(kind).observe(perf_counter() - g.started)
    return answer
