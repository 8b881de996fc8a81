"""What every page of the console has at hand: the services, and who is looking."""

from typing import cast

from flask import Flask, current_app, g

from hotline.accounts import Visitor
from hotline.services import Services
from hotline.views import Viewer

_KEY = "hotline"


def hand_in(app: Flask, services: Services) -> None:
    """Gives the app the services of its process."""
    app.extensions[_KEY] = services


def services() -> Services:
    """The services of this process."""
    return cast(Services, current_app.extensions[_KEY])


def set_visitor(who: Visitor | None) -> None:
    """Notes who is signed in for the rest of this request."""
    g.visitor = who


def visitor_or_nobody() -> Visitor | None:
    """Who is signed in, or None."""
    return cast("Visitor | None", g.get("visitor"))


def visitor() -> Visitor:
    """Who is signed in; only for pages that ask for a login."""
    who = visitor_or_nobody()
    if who is None:
        raise LookupError("a page without a login asked who is signed in")
    return who


def viewer() -> Viewer:
    """The same person as the readers know her."""
    who = visitor()
    return Viewer(who.staff_id, who.role)
