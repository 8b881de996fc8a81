"""The documents say what the code says: every variable is explained, and the map shows every module."""

import re

import pytest

from config.settings import VARIABLES
from tests.rules.map import DOCUMENT, drawn
from tests.rules.source import ROOT

OF_THE_SERVER = set(re.findall(r"environ\.get\(\"([A-Z_]+)\"", (ROOT / "config/gunicorn.py").read_text()))


@pytest.mark.parametrize("name", sorted({*VARIABLES.values(), *OF_THE_SERVER}))
def test_every_variable_is_explained_to_who_installs(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs/deployment.md").read_text()


def test_the_map_shows_every_module_as_it_is() -> None:
    assert DOCUMENT.read_text() == drawn(), "run bin/map"
