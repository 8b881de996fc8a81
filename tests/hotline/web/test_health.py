"""Life, readiness, counters, and the public page: what anybody may see, and what is never in it."""

import re

import pytest

from tests.hotline.web.stage import Stage, message_form, stage


@pytest.fixture
def hotline() -> Stage:
    return stage()


def test_the_process_lives_whatever_else_is_broken(hotline: Stage) -> None:
    hotline.recorder.fault = RuntimeError("broken")
    answer = hotline.app.test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_ready_means_every_part_is(hotline: Stage) -> None:
    hotline.recorder.reasons = {"database": None, "redis": None}
    answer = hotline.app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"ready": True, "parts": {"database": "ok", "redis": "ok"}})


def test_not_ready_says_why(hotline: Stage) -> None:
    hotline.recorder.reasons = {"database": None, "ticker": "last seen 95 s ago"}
    answer = hotline.app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"ready": False, "parts": {"database": "ok", "ticker": "last seen 95 s ago"}}


def test_webhooks_are_counted_without_a_person(hotline: Stage) -> None:
    hotline.post("/twilio/message", message_form())
    hotline.app.test_client().post("/twilio/message", data=message_form())
    counters = hotline.app.test_client().get("/metrics").text
    assert 'hotline_webhooks_total{kind="twilio.message",status="200"}' in counters
    assert 'hotline_webhooks_total{kind="twilio.message",status="403"}' in counters
    assert 'hotline_webhook_seconds_count{kind="twilio.message"}' in counters
    assert "81100000" not in counters


def test_the_public_page_says_how_to_reach_us_and_names_nothing(hotline: Stage) -> None:
    page = hotline.app.test_client().get("/").text
    title = re.search(r"<title>(.*)</title>", page)
    assert title is not None
    assert title.group(1) == "Informasi"
    assert 'href="tel:+62765000000"' in page
    assert 'href="https://wa.me/62765000000"' in page
    assert 'href="tel:110"' in page
    assert "PPA" not in page
    assert page.index('id="leave"') < page.index("<main>")
    assert 'href="https://www.bmkg.go.id/"' in page


@pytest.mark.parametrize(
    "path", ["/", "/static/public.css", "/static/leave.js", "/healthz", "/nowhere", "/twilio/message"]
)
def test_every_answer_carries_the_strict_headers(hotline: Stage, path: str) -> None:
    with hotline.app.test_client().get(path) as answer:
        headers = answer.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert "Set-Cookie" not in headers


def test_the_public_page_needs_nothing_from_elsewhere_and_no_inline_script(hotline: Stage) -> None:
    page = hotline.app.test_client().get("/").text
    assert re.findall(r'(?:src|href)="(/static/[^"]+)"', page) == [
        "/static/public.css", "/static/dot.svg", "/static/leave.js"
    ]  # fmt: skip
    assert not re.search(r"<script>|style=|onclick", page)


def test_there_are_no_other_files_and_no_directory(hotline: Stage) -> None:
    client = hotline.app.test_client()
    assert client.get("/static/").status_code == 404
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/console/app.css").status_code == 404
