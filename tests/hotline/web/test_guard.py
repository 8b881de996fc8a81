"""Forgetting to allow means denied: every view declares its guard, or nothing starts."""

import pytest
from flask import Flask

from hotline.web.guard import Unguarded, carrier_only, guard_of, guarded_by, open_to_all, seal
from tests.hotline.web.stage import Recorder, Stage, application, stage


def test_an_application_with_a_forgotten_guard_does_not_start() -> None:
    app = Flask("forgetful", static_folder=None)
    app.add_url_rule("/open", "open", open_to_all(lambda: "open"))
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    with pytest.raises(Unguarded, match="forgotten"):
        seal(app)


def test_a_view_that_is_added_after_the_seal_answers_nobody() -> None:
    app = Flask("late", static_folder=None)
    seal(app)
    app.add_url_rule("/late", "late", lambda: "secret")
    answer = app.test_client().get("/late")
    assert (answer.status_code, b"secret" in answer.data) == (500, False)


def test_a_guard_that_answers_keeps_the_view_from_running() -> None:
    app = Flask("guarded", static_folder=None)
    app.add_url_rule("/", "page", guarded_by(lambda: ("no", 401))(lambda: "secret"))
    seal(app)
    answer = app.test_client().get("/")
    assert (answer.status_code, answer.text) == (401, "no")


def test_every_route_below_twilio_is_the_carriers() -> None:
    app = application(Recorder())
    below = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/twilio")]
    assert len(below) >= 9
    of_the_carrier = guard_of(carrier_only(lambda: None))
    assert all(guard_of(app.view_functions[rule.endpoint]) is of_the_carrier for rule in below)


def test_web_has_no_login_and_no_case_pages() -> None:
    rules = {rule.rule for rule in application(Recorder()).url_map.iter_rules()}
    others = {rule for rule in rules if not rule.startswith("/twilio")}
    assert others == {"/", "/healthz", "/readyz", "/metrics", "/static/<path:filename>"}


@pytest.fixture
def hotline() -> Stage:
    return stage(METRICS_TOKEN="an invented metrics token")


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9"}, 404),
        ("203.0.113.9", {}, 404),
        ("", {}, 404),
        ("203.0.113.9", {"Authorization": "Bearer an invented metrics token"}, 200),
        ("203.0.113.9", {"Authorization": "Bearer wrong"}, 404),
        ("203.0.113.9", {"Authorization": "Bearer é"}, 404),
        ("203.0.113.9", {"Authorization": "Bearer "}, 404),
    ],
)
def test_the_counters_are_for_this_machine_or_for_the_token(
    hotline: Stage, address: str, headers: dict[str, str], status: int
) -> None:
    client = hotline.app.test_client()
    assert client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address}).status_code == status


def test_without_a_metrics_token_no_bearer_is_let_in() -> None:
    client = stage().app.test_client()
    far = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", headers={"Authorization": "Bearer "}, environ_overrides=far).status_code == 404
    assert client.get("/metrics", environ_overrides=far).status_code == 404
