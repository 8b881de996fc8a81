"""The two applications that gunicorn serves (`wsgi:webhooks`, `wsgi:console`) and the command line."""

import os
import sys
from functools import cache, partial

from flask import Flask

from config.logs import configure
from config.settings import BadSettings, load_settings
from hotline import calls, oversight, post, reception
from hotline.rehearsal import rehearse, warm_up
from hotline.services import Services
from hotline.web.app import create_webhooks_app
from hotline.web.cli import register_cli
from hotline.web.console import create_console_app
from hotline.web.wires import UseCases
from hotline.wiring import assemble

USE_CASES = UseCases(
    receive_message=reception.receive_message,
    step=calls.step,
    note_status=post.note_status,
    note_caller_status=calls.note_caller_status,
    note_recording=calls.note_recording,
    readiness=oversight.readiness,
)


@cache
def services() -> Services:
    """The services of this process; ends the process with one line if the settings are bad."""
    try:
        settings = load_settings(os.environ)
    except BadSettings as fault:
        sys.stderr.write(f"{fault}\n")
        raise SystemExit(1) from fault
    configure(settings)
    return assemble(settings)


def __getattr__(name: str) -> Flask:
    """Builds the application that is asked for, and not the other: `web` never loads the console's pages."""
    match name:
        case "webhooks":
            return _webhooks()
        case "console":
            return _console()
        case "app":
            return _operators()
    raise AttributeError(name)


@cache
def _webhooks() -> Flask:
    house = services()
    # The carrier must have its answer within 5 s, whatever has become of the database: see store/patience.
    house.database.give_up_after(2.5)
    house.database.plan_once()
    rehearse(house)
    app = create_webhooks_app(house, USE_CASES)
    # What the web server calls in each of its processes before that one answers anybody.
    app.extensions["hotline.warm_up"] = partial(warm_up, house)
    return app


@cache
def _console() -> Flask:
    return create_console_app(services())


@cache
def _operators() -> Flask:
    """What `flask --app wsgi` runs: commands, and not one page."""
    app = Flask("operators")
    register_cli(app, services)
    return app
