"""Forgetting to allow means denied: a stranger gets past no route that is not open on purpose."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.databases import SqliteDatabases
from tests.rules.source import ROOT
from tests.services import environment

Row = dict[str, Any]
# Refused, unknown, or a page that asks who it is.
CLOSED = {400, 401, 403, 404, 405}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """What a stranger was answered, everywhere."""
    url = SqliteDatabases().migrated(tmp_path_factory.mktemp("routes"))
    surroundings = os.environ | environment(DATABASE_URL=url)
    command = [sys.executable, "-m", "tests.rules.routes"]
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["app"] for row in found} == {"webhooks", "console"}
    return found


def test_every_route_of_the_carrier_refuses_what_is_not_signed(rows: list[Row]) -> None:
    carrier = [row for row in rows if row["app"] == "webhooks" and row["rule"].startswith("/twilio")]
    assert len(carrier) >= 6
    assert [row for row in carrier if row["status"] != 403] == []


def test_what_else_the_internet_reaches_only_reads(rows: list[Row]) -> None:
    others = [row for row in rows if row["app"] == "webhooks" and not row["rule"].startswith("/twilio")]
    assert [row for row in others if row["method"] != "GET"] == []
    assert [row for row in others if row["rule"] == "/metrics" and row["status"] not in CLOSED] == []
    assert [row for row in others if row["rule"].startswith("/api")] == []


def test_the_console_opens_nothing_to_a_stranger(rows: list[Row]) -> None:
    inner = [row for row in rows if row["app"] == "console" and not row["open"]]
    assert len(inner) > 10
    assert [row for row in inner if row["status"] not in CLOSED and "/login" not in row["to"]] == []


def test_every_route_of_the_console_is_declared(rows: list[Row]) -> None:
    assert [row for row in rows if row["app"] == "console" and not row["declared"]] == []
