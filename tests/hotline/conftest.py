"""Fixtures of the use cases: a house on each kind of database."""

from collections.abc import Iterator

import pytest

from tests.hotline.house import House


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """A house without anybody in it."""
    made = House(database_url)
    yield made
    made.shut()
