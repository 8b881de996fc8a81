"""What the demo prints: addresses and logins, the story of a night, the verdict; plain where there is no terminal."""

import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hotline.demo.house import House
from hotline.demo.people import WITH_LOGIN, Turn
from hotline.demo.story import Line
from hotline.demo.verdict import Check
from hotline.views import ReportFacts

_NO_TERMINAL_WIDTH = 120


def console() -> Console:
    """Colours on a terminal; a fixed width elsewhere, so that logs do not break lines at 80."""
    width = None if sys.stdout.isatty() else _NO_TERMINAL_WIDTH
    return Console(width=width, highlight=False)


def say(screen: Console, text: str) -> None:
    """One line about the machine."""
    screen.print(f"[dim]demo:[/dim] {escape(text)}")


def show_addresses(screen: Console, house: House, turn: Turn, password: str) -> None:
    """Where to look, and as whom to sign in."""
    places = Table(title="Alamat / Addresses", title_justify="left", show_header=False)
    places.add_row("Konsol petugas / staff console", f"[bold]{house.console_url}[/bold]")
    places.add_row("Ponsel tiruan / simulated phones", f"[bold]{house.carrier.base_url}/simulator[/bold]")
    places.add_row("Halaman umum / public page", f"[bold]{house.web_url}[/bold]")
    places.add_row("Catatan proses / logs", str(house.plan.place.logs))
    screen.print(places)
    logins = Table("nama / name", "peran / role", "piket / duty", "pengguna / user", "sandi / password")
    logins.title, logins.title_justify = "Masuk sebagai / Sign in as", "left"
    duties = {turn.first: "pertama / first", turn.second: "kedua / second"}
    for member in WITH_LOGIN:
        logins.add_row(member.name, member.role, duties.get(member, ""), f"[bold]{member.username}[/bold]", password)
    screen.print(logins)


def show_story(screen: Console, lines: Iterable[Line], zone: ZoneInfo) -> None:
    """Who did what, when."""
    table = Table("pukul / time", "siapa / who", "apa / what", title="Satu malam / One night", title_justify="left")
    for at, who, what in lines:
        table.add_row(at.astimezone(zone).strftime("%H.%M.%S"), escape(who), escape(what))
    screen.print(table)


def show_reports(screen: Console, facts: Sequence[ReportFacts]) -> None:
    """Each report, and how long people waited."""
    table = Table("laporan / report", "saluran / channel", "tingkat / level", "status", "petugas / holder")
    for title in ("ditawarkan / offered", "diterima / taken", "terhubung / reached"):
        table.add_column(title, justify="right")
    table.title, table.title_justify = "Laporan dan waktu tanggap / Reports and response times", "left"
    for fact in facts:
        waits = (fact.first_offer_at, fact.accepted_at, fact.first_contact_at)
        shown = [_seconds(moment - fact.opened_at) if moment else "–" for moment in waits]
        table.add_row(fact.ref, fact.channel, fact.level, fact.status, fact.holder_initials or "–", *shown)
    screen.print(table)


def show_verdict(screen: Console, checks: Sequence[Check]) -> None:
    """What held, and what did not."""
    for check in checks:
        mark = "[red]✗[/red]" if check.faults else "[green]✓[/green]"
        screen.print(f"{mark} {escape(check.says)}")
        for fault in check.faults:
            screen.print(f"    [red]{escape(fault)}[/red]")


def _seconds(waited: timedelta) -> str:
    return f"{waited.total_seconds():.1f} s"
