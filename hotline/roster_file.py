"""Reading a roster file: every line is understood or named with its fault, and nothing is guessed."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hotline.errors import Refused
from hotline.gateway.numbers import BadNumber, parse_staff_phone
from triage.local_time import moment_of
from triage.states import Duty

COLUMNS = ("phone", "duty", "starts_at", "ends_at")
MOST_LINES = 20_000
Fault = tuple[int, str]


class BadRoster(Refused):
    """The file is refused whole; `faults` are (line number, reason) in order, without a number or a name."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("; ".join(f"line {line}: {fault}" for line, fault in self.faults))


@dataclass(frozen=True, repr=False)
class Line:
    """A line of the file: whose phone (E.164) has the duty over [starts_at, ends_at)."""

    number: int
    phone: str
    duty: Duty
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, repr=False)
class Sheet:
    """A file as it was read: its good lines, the faults of the others, and every (line number, phone) in it."""

    lines: list[Line]
    faults: list[Fault]
    phones: list[tuple[int, str]]


def decode(content: bytes) -> str:
    """The text of a file as spreadsheets write it (UTF-8 or UTF-16, with or without mark); raises BadRoster."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BadRoster([(1, "the file is not UTF-8; save it as CSV UTF-8")]) from fault


def parse(text: str, zone: ZoneInfo) -> Sheet:
    """The lines of a roster; times without an offset are on the clock of `zone`.

    Faults are gathered, so that all are named at once with those that only the database knows. Raises BadRoster for a
    file that has no lines to be read.
    """
    rows = list(_rows(text))
    if not rows:
        raise BadRoster([(1, f"the file is empty; it needs the columns {', '.join(COLUMNS)}")])
    places = _places(*rows[0])
    sheet = Sheet([], [], [])
    for number, cells in rows[1:]:
        if len(cells) != len(rows[0][1]):
            sheet.faults.append((number, f"has {len(cells)} columns instead of {len(rows[0][1])}"))
            continue
        named = {name: cells[place] for name, place in places.items()}
        found, phone = _line(number, named, zone), _phone(named["phone"])
        if phone:
            sheet.phones.append((number, phone))
        if isinstance(found, Line):
            sheet.lines.append(found)
        else:
            sheet.faults.extend(found)
    return sheet


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, with the line on which they begin."""
    body = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\0", "")
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=_delimiter(body), skipinitialspace=True, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, [cell.strip() for cell in cells]
            begins = reader.line_num + 1
            if begins > MOST_LINES:
                raise BadRoster([(begins, f"a file may have {MOST_LINES} lines")])
    except csv.Error as fault:
        raise BadRoster([(reader.line_num, f"is not well-formed CSV ({fault})")]) from fault


def _delimiter(body: str) -> str:
    heading = next((line for line in body.splitlines() if line.strip(" \t,;")), "")
    found = [mark for mark in (",", ";", "\t") if mark in heading]
    if len(found) > 1:
        raise BadRoster([(1, "the heading mixes commas, semicolons or tabs")])
    return found[0] if found else ","


def _places(number: int, heading: list[str]) -> dict[str, int]:
    names = [name.lower() for name in heading]
    faults = [(number, f"the heading names {name} twice") for name in COLUMNS if names.count(name) > 1]
    faults += [(number, f"the heading lacks the column {name}") for name in COLUMNS if name not in names]
    if faults:
        raise BadRoster(faults)
    return {name: names.index(name) for name in COLUMNS}


def _line(number: int, cells: dict[str, str], zone: ZoneInfo) -> Line | list[Fault]:
    faults: list[Fault] = []
    phone, duty = _phone(cells["phone"]), _duty(cells["duty"])
    times = [_moment(cells[name], zone) for name in ("starts_at", "ends_at")]
    if phone is None:
        faults.append((number, "phone is not a telephone number of a person"))
    if duty is None:
        faults.append((number, f"duty must be {' or '.join(Duty)}"))
    faults += [
        (number, f"{name} is not a time such as 2026-01-31T08:00")
        for name, moment in zip(("starts_at", "ends_at"), times, strict=True)
        if moment is None
    ]
    starts_at, ends_at = times
    if starts_at and ends_at and ends_at <= starts_at:
        faults.append((number, "ends_at must come after starts_at"))
    if phone and duty and starts_at and ends_at and not faults:
        return Line(number, phone, duty, starts_at, ends_at)
    return faults


def _phone(text: str) -> str | None:
    # A spreadsheet keeps the plus of a number behind an apostrophe.
    try:
        return parse_staff_phone(text.removeprefix("'"))
    except BadNumber:
        return None


def _duty(text: str) -> Duty | None:
    return Duty(text.lower()) if text.lower() in tuple(Duty) else None


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A date alone is no time: whether its begin or its end is meant would be a guess."""
    if ":" not in text and "T" not in text.upper():
        return None
    try:
        return moment_of(datetime.fromisoformat(text.upper().replace("Z", "+00:00")), zone)
    except (ValueError, OverflowError):
        return None
