"""The description of the machine interface (OpenAPI 3.1): what may be asked, and every key of every answer."""

from enum import StrEnum
from typing import Any

from hotline.oversight import OPEN
from hotline.web.api_questions import MOST, USUAL
from triage.events import Channel
from triage.indicators import Measure
from triage.protocol import Factor, Level
from triage.states import DispatchState, Happening

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_TEXT_OR_NULL: Json = {"type": ["string", "null"]}
_YES_NO: Json = {"type": "boolean"}
_WHOLE: Json = {"type": "integer"}
_WHOLE_OR_NULL: Json = {"type": ["integer", "null"]}
_MOMENT: Json = {"type": "string", "format": "date-time"}
_MOMENT_OR_NULL: Json = {"type": ["string", "null"], "format": "date-time"}


def _one_of(values: type[StrEnum], *, nullable: bool = False) -> Json:
    listed: list[str | None] = [str(value) for value in values]
    if nullable:
        return {"type": ["string", "null"], "enum": [*listed, None]}
    return {"type": "string", "enum": listed}


def _object(**properties: Json) -> Json:
    keys = {name.rstrip("_"): schema for name, schema in properties.items()}
    return {"type": "object", "properties": keys, "required": list(keys), "additionalProperties": False}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_FACTS: dict[str, Json] = {
    "ref": _TEXT,
    "channel": _one_of(Channel),
    "level": _one_of(Level),
    "complaint": _YES_NO,
    "flagged": _YES_NO,
    "status": _one_of(DispatchState),
    "opened_at": _MOMENT,
    "last_message_at": _MOMENT,
    "first_offer_at": _MOMENT_OR_NULL,
    "accepted_at": _MOMENT_OR_NULL,
    "first_contact_at": _MOMENT_OR_NULL,
    "closed_at": _MOMENT_OR_NULL,
    "closed_reason": _TEXT_OR_NULL,
    "responsible": _TEXT,
    "holder": _TEXT_OR_NULL,
    "due_at": _MOMENT_OR_NULL,
    "answer_by": _MOMENT,
}
_PLACE = _object(latitude=_TEXT, longitude=_TEXT, label=_TEXT)
SCHEMAS: dict[str, Json] = {
    "Error": _object(error=_TEXT),
    "ReportFacts": _object(**_FACTS),
    "ReportPage": _object(reports=_list(_ref("ReportFacts")), next_cursor=_TEXT_OR_NULL),
    "Assessment": _object(
        at=_MOMENT,
        level=_one_of(Level),
        complaint=_YES_NO,
        severity={"type": "string", "enum": ["S0", "S1", "S2", "S3"]},
        immediacy={"type": "string", "enum": ["I0", "I1", "I2", "I3"]},
        score=_WHOLE,
        reasons=_list(_TEXT),
        version=_TEXT,
        flagged=_YES_NO,
    ),
    "Factor": _object(code=_one_of(Factor), text=_TEXT_OR_NULL),
    "Message": _object(
        at=_MOMENT,
        outgoing=_YES_NO,
        text=_TEXT,
        media=_list(_object(kind=_TEXT, content_type=_TEXT)),
        location={"oneOf": [_PLACE, {"type": "null"}]},
    ),
    "Report": _object(
        **_FACTS,
        may_read_words=_YES_NO,
        assessment={"oneOf": [_ref("Assessment"), {"type": "null"}]},
        factors=_list(_ref("Factor")),
        message_count=_WHOLE,
        messages={"oneOf": [_list(_ref("Message")), {"type": "null"}]},
    ),
    "Event": _object(at=_MOMENT, event=_one_of(Happening), actor=_TEXT, detail={"type": "object"}),
    "Events": _object(events=_list(_ref("Event"))),
    "Figures": _object(
        measure=_one_of(Measure),
        level=_one_of(Level, nullable=True),
        channel=_one_of(Channel, nullable=True),
        target=_WHOLE_OR_NULL,
        count=_WHOLE,
        met=_WHOLE_OR_NULL,
        breached=_WHOLE_OR_NULL,
        waiting=_WHOLE,
        p50=_WHOLE_OR_NULL,
        p90=_WHOLE_OR_NULL,
        p99=_WHOLE_OR_NULL,
        max=_WHOLE_OR_NULL,
    ),
    "ResponseTimes": _object(from_=_MOMENT, to=_MOMENT, response_times=_list(_ref("Figures"))),
}


def _asked(name: str, schema: Json, description: str) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


_LOCAL = "ISO 8601; without an offset it is the unit's local time."
_FROM = _asked("from", _TEXT, f"Reports opened at or after this moment. {_LOCAL}")
_TO = _asked("to", _TEXT, f"Reports opened before this moment. {_LOCAL}")
_REF = {"name": "ref", "in": "path", "required": True, "schema": _TEXT, "description": "The label of the report."}
_LIST_QUESTIONS = [
    _asked("status", {"type": "string", "enum": [OPEN, *map(str, DispatchState)]}, "One status, or all open ones."),
    _asked("level", _one_of(Level), "One level."),
    _asked("channel", _one_of(Channel), "One channel."),
    _FROM,
    _TO,
    _asked("cursor", _TEXT, "`next_cursor` of the page before; opaque."),
    _asked("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "Reports on a page."),
]


def _answer(description: str, schema: str) -> Json:
    return {"description": description, "content": {"application/json": {"schema": _ref(schema)}}}


def _reading(summary: str, schema: str, asked: list[Json], *, may_lack: bool = False) -> Json:
    answers = {
        "200": _answer("What was asked for.", schema),
        "400": _answer("A parameter is wrong; the error says which.", "Error"),
        "401": _answer("No valid token.", "Error"),
        "503": _answer("The database cannot be reached.", "Error"),
    }
    if may_lack:
        answers["404"] = _answer("There is no such report in this unit.", "Error")
    return {"get": {"summary": summary, "parameters": asked, "responses": answers}}


def describe(prefix: str) -> Json:
    """The whole description; `prefix` is where the paths begin."""
    itself = {"description": "This description.", "content": {"application/json": {"schema": {"type": "object"}}}}
    responses = {"200": itself, "401": _answer("No valid token.", "Error")}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hotline: reports and response times",
            "version": "1",
            "description": "Read only. Times are UTC. Staff appear by their codes, callers not at all; words of a "
            "report are null where the token's role may not read them, and every reading of a report is audited.",
        },
        "servers": [{"url": prefix}],
        "security": [{"token": []}],
        "paths": {
            "/openapi.json": {"get": {"summary": "This description", "responses": responses}},
            "/reports": _reading("Reports of the unit, newest first", "ReportPage", _LIST_QUESTIONS),
            "/reports/{ref}": _reading("One report", "Report", [_REF], may_lack=True),
            "/reports/{ref}/events": _reading("Every transition of a report", "Events", [_REF], may_lack=True),
            "/response-times": _reading("How fast reports were taken, reached, closed", "ResponseTimes", [_FROM, _TO]),
        },
        "components": {"schemas": SCHEMAS, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }
