"""Asks every route of both applications as a stranger, and prints what each answered, as JSON lines."""

import json
import os
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

import wsgi
from hotline.web.console import rights

# An address of the documentation range: not ours, not the proxy's.
STRANGER = {"REMOTE_ADDR": "203.0.113.9"}


def answers(name: str, app: Flask) -> Iterator[dict[str, object]]:
    """One answer for each route and method."""
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path = _path(app, rule)
            answer = client.open(
                path, method=method, base_url=os.environ["PUBLIC_BASE_URL"], environ_overrides=STRANGER
            )
            row = {"app": name, "rule": rule.rule, "method": method, "open": rule.endpoint in rights.OPEN}
            row["declared"] = rights.is_declared(rule.endpoint) or rule.rule.startswith("/api/")
            yield row | {"status": answer.status_code, "to": answer.headers.get("Location", "")}


def _path(app: Flask, rule: Rule) -> str:
    return app.url_map.bind("stranger").build(rule.endpoint, dict.fromkeys(rule.arguments, 1))


if __name__ == "__main__":
    for which in ("webhooks", "console"):
        for found in answers(which, getattr(wsgi, which)):
            print(json.dumps(found))  # noqa: T201 - this is its answer
