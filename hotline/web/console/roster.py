"""The roster page: who is on duty now and next, and holes as a task. Changing it is done by command line."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from hotline.duty import duty_board
from hotline.web.console.present import services

_NEXT_SHOWN = 12


def blueprint() -> Blueprint:
    """The route of the roster."""
    pages = Blueprint("roster", __name__)
    pages.add_url_rule("/roster", "page", page, methods=["GET"])
    return pages


def page() -> ResponseReturnValue:
    """Who is on duty."""
    return render_template("console/roster.html", board=duty_board(services()), most=_NEXT_SHOWN)
