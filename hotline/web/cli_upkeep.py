"""Commands of upkeep: `audit verify`, `keys rotate`, `preflight`."""

import sys

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hotline import audit as auditing
from hotline.preflight import Finding, look_around
from hotline.sending import with_carrier
from hotline.web.cli_orders import Orders, say, services, services_unchecked

audit = Orders("audit", help="The event log.")
keys = Orders("keys", help="Keys of the encrypted fields.")

_SIGNS = {Finding.GOOD: "✓", Finding.WORTH_A_LOOK: "!", Finding.BAD: "✗"}
_PLAIN_SIGNS = {Finding.GOOD: "ok", Finding.WORTH_A_LOOK: "look", Finding.BAD: "BAD"}
_COLOURS = {Finding.GOOD: "green", Finding.WORTH_A_LOOK: "yellow", Finding.BAD: "red"}


@audit.command("verify")
@click.pass_context
def verify(ctx: click.Context) -> None:
    """Recompute the hash chain; exit code 1 and the first broken entry if it was altered."""
    found = auditing.verify(services())
    if not found.faults:
        say(f"the chain of {found.entries} entries holds")
        return
    say(f"the chain is broken; the first of {len(found.faults)} or more places:")
    say(found.faults[0])
    ctx.exit(1)


@keys.command("rotate")
def rotate() -> None:
    """Encrypt everything with the newest key; may be stopped and begun again."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("fields", total=None)
        done = auditing.rotate_keys(services(), lambda now, total: bar.update(task, completed=now, total=total))
    if done.unreadable:
        raise click.ClickException(f"no key opens {len(done.unreadable)} fields; the first: {done.unreadable[0]}")
    say(f"encrypted again {done.sealed} of {done.looked_at} fields; all are under the newest key")


@click.command("preflight")
@with_appcontext
@click.pass_context
def preflight(ctx: click.Context) -> None:
    """Check everything the hotline needs; exit code 1 if it must not go live."""
    # The services of the command line have no carrier; this one command asks it.
    asking = with_carrier(services_unchecked())
    bad = 0
    signs = _signs()
    for line in look_around(asking):
        click.secho(f"{signs[line.finding]} {line.name}: {line.words}", fg=_COLOURS[line.finding])
        bad += line.finding is Finding.BAD
    ctx.exit(1 if bad else 0)


def _signs() -> dict[Finding, str]:
    try:
        "✓✗".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return _PLAIN_SIGNS
    return _SIGNS
