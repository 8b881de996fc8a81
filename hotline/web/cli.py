"""The command line of operators, `flask --app wsgi …`: the groups of commands, hung on the application."""

from collections.abc import Callable

from flask import Flask

from hotline.services import Services
from hotline.web.cli_orders import hand_in
from hotline.web.cli_roster import roster
from hotline.web.cli_staff import account, staff, token
from hotline.web.cli_upkeep import audit, keys, preflight


def register_cli(app: Flask, services: Callable[[], Services]) -> None:
    """Hangs all commands on `app`; `services` is asked for the services when a command runs."""
    hand_in(app, services)
    for command in (staff, account, token, roster, audit, keys, preflight):
        app.cli.add_command(command)
