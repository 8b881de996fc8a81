"""The migrations make exactly the tables that the code expects, on both databases."""

import os
import subprocess
import sys

from tests.rules.source import ROOT
from tests.services import environment


def alembic(url: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Alembic as the release step does."""
    surroundings = os.environ | environment(DATABASE_URL=url)
    line = [sys.executable, "-m", "alembic", *command]
    return subprocess.run(line, cwd=ROOT, env=surroundings, capture_output=True, text=True)


def test_migrations_match_the_tables(sqlite_url: str) -> None:
    done = alembic(sqlite_url, "check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_one_line_of_migrations(sqlite_url: str) -> None:
    heads = alembic(sqlite_url, "heads").stdout.split("\n")
    assert len([line for line in heads if "(head)" in line]) == 1
