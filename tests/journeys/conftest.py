"""The town of every story, on both databases, and what must hold when the story is told."""

from collections.abc import Iterator

import pytest

from tests.town import Town


@pytest.fixture
def town(database_url: str, redis_url: str) -> Iterator[Town]:
    """A whole service; at the end of the story nothing may be lost, and nothing may have been sent unasked."""
    with Town(database_url, redis_url) as town:
        yield town
        town.assert_well()
