"""Commands for the roster: `roster import`, `roster gaps`, `roster show`."""

from datetime import timedelta
from typing import BinaryIO

import click

from hotline import roster_file, rosters
from hotline.web.cli_orders import Orders, local, say, services, table

DAYS = click.IntRange(1, 366)
LARGEST_FILE = 4 * 1024 * 1024

roster = Orders("roster", help="Who has which duty when.")


@roster.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--replace", is_flag=True, help="Take out shifts that begin in the file's span and are not in it.")
def import_roster(file: BinaryIO, replace: bool) -> None:
    """Import shifts from FILE (CSV: phone,duty,starts_at,ends_at); all of it or nothing."""
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise click.ClickException("the file is larger than 4 MB")
    done = rosters.import_roster(services(), roster_file.decode(content), replace=replace)
    say(f"added {done.added}, unchanged {done.unchanged}, removed {done.removed}")


@roster.command("gaps")
@click.option("--days", type=DAYS, default=30, show_default=True, help="How far to look ahead.")
@click.pass_context
def show_gaps(ctx: click.Context, days: int) -> None:
    """List the times in which nobody has a duty; exit code 1 if there are any."""
    holes = rosters.roster_gaps(services(), timedelta(days=days))
    if not holes:
        say(f"no gaps in the next {days} days")
        return
    rows = [("DUTY", "FROM", "TO")]
    table(rows + [(hole.duty, local(hole.starts_at), local(hole.ends_at)) for hole in holes])
    ctx.exit(1)


@roster.command("show")
@click.option("--days", type=DAYS, default=7, show_default=True, help="How far to look ahead.")
def show_roster(days: int) -> None:
    """List the shifts that are on or begin soon."""
    shifts = rosters.roster_shown(services(), timedelta(days=days))
    if not shifts:
        say(f"no shifts in the next {days} days: flask --app wsgi roster import FILE.csv")
        return
    rows = [("DUTY", "FROM", "TO", "CODE", "INITIALS")]
    table(rows + [(one.duty, local(one.starts_at), local(one.ends_at), one.code, one.initials) for one in shifts])
