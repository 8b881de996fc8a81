"""Faults of the console: pages in both languages, strict headers on all of them, nothing of the inside shown."""

import pytest
from flask import Flask

from hotline.errors import Conflict, NotFound, Refused, StoreAway
from hotline.web.guard import open_to_all
from tests.hotline.web.console.house import House
from tests.hotline.web.console.visits import Visit, signed_in
from triage.states import Role

TEXTS = {
    400: ("Ini tidak dapat dilakukan", "This cannot be done"),
    403: ("Bukan untuk peran Anda", "Not for your role"),
    404: ("Tidak ada di sini", "Nothing here"),
    429: ("Terlalu banyak percobaan", "Too many tries"),
    500: ("Kesalahan kami", "Our mistake"),
    503: ("Sedang tidak terjangkau", "Not reachable now"),
}


def failing(app: Flask, fault: Exception) -> None:
    """Lets the page of health fail like a page that touches everything."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @open_to_all
    def fail() -> None:
        raise fault

    app.view_functions["healthz"] = fail


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (NotFound("secret"), 404),
        (Refused("secret"), 400),
        (Conflict("secret"), 503),
        (StoreAway("secret"), 503),
        (RuntimeError("secret"), 500),
    ],
)
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_fault_becomes_a_page_that_tells_nothing_of_it(
    one_house: House, fault: Exception, status: int, language: str
) -> None:
    visit = Visit(one_house)
    failing(one_house.app, fault)
    page = visit.get("/healthz", **{"Accept-Language": language})
    assert page.status_code == status
    assert TEXTS[status][language == "en"] in page.text
    assert "secret" not in page.text


def test_a_role_that_may_not_is_told_so(one_house: House) -> None:
    one_house.hire("sari", Role.COMPANION)
    page = signed_in(one_house, "sari").get("/response-times")
    assert (page.status_code, TEXTS[403][0] in page.text) == (403, True)


def test_too_large_a_form_is_refused(one_house: House) -> None:
    one_house.hire("sari", Role.COMPANION)
    assert signed_in(one_house, "sari").post("/me/password", old="x" * 200_000).status_code in (400, 413)


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/healthz", "/", "/static/console/console.css"])
def test_every_answer_carries_the_strict_headers(one_house: House, path: str) -> None:
    headers = Visit(one_house).get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for rule in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "script-src 'self'"):
        assert rule in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"


def test_a_file_with_its_hash_may_be_kept(one_house: House) -> None:
    visit = Visit(one_house)
    address = visit.get("/login").text.split('src="')[1].split('"')[0]
    assert "immutable" in visit.get(address).headers["Cache-Control"]


def test_health_needs_neither_login_nor_database(one_house: House) -> None:
    assert Visit(one_house).get("/healthz").text == "ok\n"


def test_no_template_switches_escaping_off(one_house: House) -> None:
    source = one_house.app.jinja_loader
    assert source is not None
    environment = one_house.app.jinja_env
    for name in environment.list_templates(filter_func=lambda name: name.startswith("console/")):
        text, _, _ = source.get_source(environment, name)
        assert "|safe" not in text.replace(" ", "")
        assert "style=" not in text
        assert "hx-on" not in text
        assert "<script>" not in text


@pytest.mark.parametrize(("path", "status"), [("/api/v1/reports", 401), ("/api/v1/nowhere", 401)])
def test_a_machine_is_answered_in_its_own_language(one_house: House, path: str, status: int) -> None:
    answer = Visit(one_house).get(path)
    assert (answer.status_code, answer.mimetype) == (status, "application/json")


def test_a_machine_that_asks_wrongly_gets_no_page(one_house: House) -> None:
    answer = Visit(one_house).browser.post("/api/v1/reports")
    assert (answer.status_code, answer.mimetype) == (405, "application/json")
