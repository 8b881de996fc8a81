"""The REST API: which request does what, with the carrier's authentication, errors, lists and pages."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from hotline.simulator.contract import parameters_of
from hotline.simulator.errors import CarrierRefusal
from hotline.simulator.message_rules import check_known
from hotline.simulator.settings import Settings

Query = Mapping[str, list[str]]
MAX_PAGE = 1000
DEFAULT_PAGE = 50


class Record(Protocol):
    """Anything the API can show."""

    sid: str

    def as_json(self, account: str) -> dict[str, object]:
        """The resource as the API shows it."""


@dataclass(frozen=True)
class Request:
    """One request to the REST API."""

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The path, without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        """The query, blanks kept."""
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, list[str]]:
        """The form of a POST; raises CarrierRefusal for any other content type."""
        kind = self.headers.get("Content-Type", "").split(";")[0].strip()
        if self.body and kind != "application/x-www-form-urlencoded":
            raise CarrierRefusal(20001, "content type")
        return parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)


@dataclass(frozen=True)
class Reply:
    """One answer of the REST API; `payload` becomes JSON, `content` goes out as it is."""

    status: int = 200
    payload: dict[str, object] | None = None
    content: bytes = b""
    content_type: str = "application/json"
    location: str = ""


Act = Callable[..., Reply]


@dataclass(frozen=True)
class Route:
    """One resource: method, path below the account, what to do. `resource` names it for the faults."""

    method: str
    pattern: re.Pattern[str]
    resource: str
    act: Act


def route(method: str, path: str, resource: str, act: Act) -> Route:
    """A route for a path such as `Messages/{sid}.json`."""
    sid = "([A-Z]{2}[0-9a-f]{32})"
    pattern = re.escape(path).replace(r"\{sid\}", sid).replace(r"\{part\}", sid)
    return Route(method, re.compile(pattern), resource, act)


def find_route(routes: Sequence[Route], method: str, below: str) -> tuple[Route, tuple[str, ...]]:
    """The route of a request and the SIDs in its path; raises CarrierRefusal 20404, or 20004 for a wrong method."""
    matches = [(each, each.pattern.fullmatch(below)) for each in routes]
    for each, match in matches:
        if match and each.method == method:
            return each, match.groups()
    raise CarrierRefusal(20004 if any(match for _, match in matches) else 20404)


def check_credentials(request: Request, settings: Settings) -> None:
    """Refuse whoever is not the account or one of its API keys (20003)."""
    kind, _, written = request.headers.get("Authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(written).decode().partition(":")
    except ValueError:
        raise CarrierRefusal(20003) from None
    accepted = {settings.account_sid: settings.auth_token, **settings.api_keys}
    if kind.lower() != "basic" or accepted.get(user) != password:
        raise CarrierRefusal(20003)


def one(records: Mapping[str, Record], sid: str) -> Record:
    """The record with this SID; raises CarrierRefusal 20404."""
    if sid not in records:
        raise CarrierRefusal(20404)
    return records[sid]


def listing(request: Request, action: str, records: Sequence[Record], account: str) -> Reply:
    """One page of records, newest first, with the address of the next page."""
    query, name = request.query, action.split(".")[0].lower()
    check_known(query, parameters_of(action))
    size = min(MAX_PAGE, _whole(query, "PageSize", DEFAULT_PAGE))
    newest = list(reversed(records))
    token = query.get("PageToken", [""])[0].removeprefix("PA")
    start = next((at + 1 for at, each in enumerate(newest) if each.sid == token), 0)
    shown = newest[start : start + size]
    more = len(newest) > start + size
    page = _whole(query, "Page", 0)
    return Reply(
        payload={
            ("media_list" if name == "media" else name): [each.as_json(account) for each in shown],
            "uri": request.target,
            "page": page,
            "page_size": size,
            "start": start,
            "end": start + len(shown) - 1,
            "first_page_uri": request.path,
            "previous_page_uri": None,
            "next_page_uri": _next_page(request, shown[-1].sid, page + 1) if more and shown else None,
        }
    )


def _next_page(request: Request, last_sid: str, page: int) -> str:
    """Pages are keyed by their last record, so that what comes in meanwhile neither repeats nor hides one."""
    query = {**request.query, "Page": [str(page)], "PageToken": ["PA" + last_sid]}
    return f"{request.path}?{urlencode(query, doseq=True)}"


def _whole(query: Query, name: str, default: int) -> int:
    written = query.get(name, [str(default)])[0]
    if not written.isdigit():
        raise CarrierRefusal(20001, name)
    return int(written)


def wanted(query: Query, name: str, value: str) -> bool:
    """Whether a record passes a filter of a list; a filter that is not given passes all."""
    return name not in query or query[name][0] == value


def in_dates(query: Query, name: str, moment: datetime | None) -> bool:
    """Whether a moment satisfies the filters `Name`, `Name>`, `Name<` of a list; both bounds belong to it."""
    on, after, before = (_span(query.get(key, [""])[0].lstrip("=")) for key in (name, name + ">", name + "<"))
    if moment is None:
        return not (on or after or before)
    if on and not on[0] <= moment < on[1]:
        return False
    return not ((after and moment < after[0]) or (before and moment >= before[1]))


def _span(written: str) -> tuple[datetime, datetime] | None:
    """The moments a date means: a whole day, or one second; None if no date is written."""
    if not written:
        return None
    try:
        if len(written) == len("2026-11-23"):
            day = datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC)
            return day, day + timedelta(days=1)
        moment = datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise CarrierRefusal(20001, "date") from None
    return moment, moment + timedelta(seconds=1)
