"""The short way of a message: it answers as Flask would, and what is odd is left to Flask."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.wrappers import Request

from hotline.errors import StoreAway
from hotline.web.express import read_form
from tests.hotline.web.stage import Stage, message_form, stage


def read_by_flask(body: bytes) -> dict[str, list[str]]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    return Request(environ).form.to_dict(flat=False)


@given(st.text(alphabet="abZ09%+&=;._-~é", max_size=60).map(str.encode))
def test_a_form_is_read_as_flask_reads_it(body: bytes) -> None:
    read = read_form(body)
    assert read is None if not body.isascii() else read == read_by_flask(body)


@pytest.mark.parametrize("fault", [None, StoreAway(), RuntimeError()])
def test_both_ways_answer_alike(fault: Exception | None) -> None:
    hotline = stage()
    hotline.recorder.fault = fault
    short = hotline.post("/twilio/message", message_form())
    long = hotline.post("/twilio/fallback/message", message_form())
    assert (short.status_code, short.data, dict(short.headers)) == (long.status_code, long.data, dict(long.headers))


def test_what_is_refused_is_refused_by_flask() -> None:
    hotline: Stage = stage()
    answer = hotline.post("/twilio/message", message_form(), X_Twilio_Signature="no")
    assert (answer.status_code, hotline.recorder.seen) == (403, [])
