"""A unit and its console, on each database."""

from collections.abc import Iterator

import pytest

from tests.hotline.web.console.house import House


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """A unit on each database."""
    house = House(database_url)
    yield house
    house.close()


@pytest.fixture
def one_house(sqlite_url: str) -> Iterator[House]:
    """A unit on SQLite alone, for what does not depend on the database."""
    house = House(sqlite_url)
    yield house
    house.close()
