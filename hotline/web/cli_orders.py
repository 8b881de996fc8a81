"""What all commands share: the services, and faults told in words instead of a traceback."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from hotline.errors import Conflict, Refused, StoreAway
from hotline.preflight import has_tables
from hotline.roster_file import BadRoster
from hotline.services import Services

_KEY = "hotline.cli"
_AWAY = "the database cannot be reached, or its tables are missing (`alembic upgrade head`)"


class Orders(AppGroup):
    """A group of commands; what is refused ends with a line on standard error and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command of the group."""
        with told_in_words():
            return super().invoke(ctx)


@contextmanager
def told_in_words() -> Iterator[None]:
    """Expected faults as one line each; others are faults of the program and keep their traceback."""
    try:
        yield
    except BadRoster as refusal:
        lines = "\n".join(f"line {number}: {fault}" for number, fault in refusal.faults)
        raise click.ClickException(f"the file was refused whole; nothing was changed\n{lines}") from refusal
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except StoreAway as fault:
        raise click.ClickException(_AWAY) from fault
    except Conflict as fault:
        raise click.ClickException("somebody else was changing the same; please try again") from fault


def hand_in(app: Flask, services: Callable[[], Services]) -> None:
    """Notes where the commands get their services from."""
    app.extensions[_KEY] = services


def services_unchecked() -> Services:
    """The services of this process, whatever state the database is in."""
    return cast(Callable[[], Services], current_app.extensions[_KEY])()


def services() -> Services:
    """The services of this process; raises StoreAway also where the database has no tables yet."""
    found = services_unchecked()
    if not has_tables(found):
        raise StoreAway
    return found


def say(words: str) -> None:
    """A line for the person at the keyboard; signs that her terminal cannot show are replaced."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(words.encode(encoding, "replace").decode(encoding))


def table(rows: Sequence[tuple[str, ...]]) -> None:
    """Rows in columns as wide as their longest cell; nothing for no rows."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def local(moment: datetime | None) -> str:
    """A moment on the clock of the unit, to the minute, with its offset; a dash for none."""
    return moment.astimezone(services_unchecked().unit.zone).isoformat(timespec="minutes") if moment else "-"
