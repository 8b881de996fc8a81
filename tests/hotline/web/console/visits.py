"""A browser without a screen: signs in, follows forms with their tokens, and reads pages."""

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.hotline.web.console.house import PASSWORD, House

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visit:
    """One browser."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.browser: FlaskClient = house.app.test_client()

    def sign_in(self, username: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Fills in the form of the door."""
        return self.post("/login", username=username, password=password, **fields)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Opens a page."""
        return self.browser.get(path, headers=headers, buffered=True)

    def post(self, path: str, **fields: str) -> TestResponse:
        """Sends a form as a page of ours would."""
        token = _TOKEN.search(self.get("/login?next=/me").text) or _TOKEN.search(self.get("/me").text)
        assert token is not None
        return self.browser.post(path, data={"csrf_token": unescape(token[1]), **fields})


def signed_in(house: House, username: str) -> Visit:
    """A browser in which somebody is signed in."""
    visit = Visit(house)
    answer = visit.sign_in(username)
    assert answer.status_code == 303, answer.text
    return visit
