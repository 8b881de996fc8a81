"""Whatever is logged by whomever: one JSON line, and no person in it."""

import io
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from config.logs import configure
from config.redaction import MASKED, REMOVED, clean, is_private, masked
from config.settings import Mode, Settings, load_settings
from tests.services import environment

Lines = Callable[[], list[dict[str, Any]]]
NUMBER = "+62811000001"


@pytest.fixture
def production(tmp_path: Path) -> Settings:
    """Settings of a production."""
    (tmp_path / "protocol.toml").touch()
    return load_settings(environment(HOTLINE_MODE="production", PROTOCOL_FILE=str(tmp_path / "protocol.toml")))


def start(settings: Settings) -> io.StringIO:
    """Configure, and catch what goes out; pytest exchanges stderr under our feet."""
    configure(settings)
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(io.StringIO())
    out: io.StringIO = handler.stream
    return out


@pytest.fixture
def lines(production: Settings) -> Iterator[Lines]:
    """Logging as in production, and what it wrote so far."""
    root = logging.getLogger()
    before = (root.level, root.handlers[:], sys.excepthook, threading.excepthook)
    out = start(production)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.level, root.handlers[:], sys.excepthook, threading.excepthook = before
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def test_a_line_of_ours_is_json_with_its_ids(lines: Lines) -> None:
    structlog.get_logger("hotline.post").info("offer_sent", offer_id=7, rung=2)
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "offer_sent", "offer_id": 7, "rung": 2, "level": "info", "logger": "hotline.post"}


def test_a_line_of_a_library_takes_the_same_way(lines: Lines) -> None:
    logging.getLogger("some.library").warning("no answer from %s", NUMBER, extra={"body": "tolong", "report_id": 3})
    (line,) = lines()
    assert line["event"] == f"no answer from {MASKED}"
    assert (line["body"], line["report_id"]) == (REMOVED, 3)


@pytest.mark.parametrize("name", ["twilio.http_client", "rq.worker", "werkzeug", "sqlalchemy.engine", "urllib3.pool"])
def test_talkative_libraries_are_quiet_below_warning(lines: Lines, name: str) -> None:
    logging.getLogger(name).info("job %s", NUMBER)
    assert lines() == []


@pytest.mark.usefixtures("lines")
def test_a_library_with_its_own_way_out_is_taken_over(production: Settings) -> None:
    own = logging.getLogger("gunicorn.error")
    own.addHandler(logging.StreamHandler())
    own.propagate = False
    out = start(production)
    own.error("worker_lost %s", NUMBER)
    assert own.handlers == []
    assert json.loads(out.getvalue())["event"] == f"worker_lost {MASKED}"


@pytest.mark.usefixtures("lines")
def test_elsewhere_lines_are_for_eyes_and_as_clean(production: Settings) -> None:
    out = start(production.model_copy(update={"mode": Mode.DEMO}))
    logging.getLogger("ours").error("step_failed %s", NUMBER, exc_info=ValueError("Siti"))
    assert "step_failed [number]" in out.getvalue()
    assert "ValueError: (value withheld)" in out.getvalue()
    assert "Siti" not in out.getvalue()


def test_a_line_that_cannot_be_written_is_not_quoted(lines: Lines) -> None:
    logging.getLogger().handlers[0].handle(logging.makeLogRecord({"name": "ours", "msg": "%d", "args": (NUMBER,)}))
    assert lines() == [{"event": "log_line_lost", "fault": "<class 'TypeError'>", "logger": "ours"}]


def _fail_with(text: str) -> None:
    local_text = text
    raise ValueError(local_text)


@pytest.mark.parametrize("name", ["structlog", "logging"])
def test_an_exception_tells_type_and_place_but_no_value(lines: Lines, name: str) -> None:
    log = structlog.get_logger("ours") if name == "structlog" else logging.getLogger("theirs")
    try:
        try:
            _fail_with(f"Siti {NUMBER}")
        except ValueError as fault:
            raise LookupError("Siti") from fault
    except LookupError:
        log.exception("step_failed")
    (line,) = lines()
    assert [told["type"] for told in line["exception"]] == ["LookupError", "ValueError"]
    assert "_fail_with" in line["exception"][1]["at"][-1]
    assert "Siti" not in json.dumps(line)


def test_an_exception_about_the_machine_says_why(lines: Lines) -> None:
    logging.getLogger("ours").error("cannot_connect", exc_info=ConnectionRefusedError(111, "Connection refused"))
    assert lines()[0]["exception"][0]["said"] == "[Errno 111] Connection refused"


def test_a_crash_is_a_line_too(lines: Lines) -> None:
    sys.excepthook(ValueError, ValueError("Siti"), None)
    thread = threading.Thread(target=_fail_with, args=("Siti",))
    thread.start()
    thread.join()
    assert [line["event"] for line in lines()] == ["process_crashed", "thread_crashed"]
    assert "Siti" not in json.dumps(lines())


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        ("+62811000001", MASKED),
        ("whatsapp:+62 811-0000-001", f"whatsapp:{MASKED}"),
        ("From=%2B62811000001&To=x", f"From={MASKED}&To=x"),
        ("call 0811 0000 0001 now", f"call {MASKED} now"),
        ("62811000001", MASKED),
        ("081100000001, 14022", f"{MASKED}, 14022"),
        ("report 17 at 2026-11-23T20:00:00.123456+00:00", None),
        ("SM" + "1" * 32, None),
        ("0b5f2c1e-5b7e-4b3a-9c39-123456789012", None),
        ("version 2026.11.23 port 8000", None),
    ],
)
def test_numbers_are_masked_and_times_and_ids_are_not(text: str, clear: str | None) -> None:
    assert masked(text) == (text if clear is None else clear)


@pytest.mark.parametrize(
    "key", ["body", "Body", "From", "to", "ProfileName", "from_phone", "X-Twilio-Signature", "name"]
)
def test_private_keys(key: str) -> None:
    assert is_private(key)


@pytest.mark.parametrize("key", ["report_id", "from_state", "to_rung", "event", "level", "ref", "took_ms", "status"])
def test_other_keys_stay(key: str) -> None:
    assert not is_private(key)


keys = st.sampled_from(["body", "From", "ids", "nested", "phone_number", "at"])
values = st.recursive(
    st.sampled_from(["Siti", NUMBER, 3, None, True]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=10,
)


@given(values)
def test_no_depth_hides_a_number_or_a_private_value(value: Any) -> None:
    text = json.dumps(clean({"outer": value, "body": {"deep": ["Siti"]}}))
    assert NUMBER not in text
    assert text.endswith(f'"body": "{REMOVED}"}}')


def test_an_unknown_object_shows_only_its_type() -> None:
    class Caller:
        def __repr__(self) -> str:
            return "Siti"

    assert clean([Caller(), b"Siti"]) == ["[Caller]", "[bytes]"]
