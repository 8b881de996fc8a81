"""The counters of the process for Prometheus, to this machine or to the bearer of the metrics token."""

import os

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from hotline.web.guard import loopback_or_token

metrics = Blueprint("metrics", __name__)


@metrics.get("/metrics")
@loopback_or_token
def show() -> ResponseReturnValue:
    """The counters, of all web processes together where the server is set up to share them."""
    return Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # half typed upstream
    return shared
