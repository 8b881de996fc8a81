"""The door of the console: cookies, the one error text, throttling, and where one lands."""

import pytest

from tests.hotline.web.console.house import House
from tests.hotline.web.console.visits import Visit, signed_in
from triage.states import Role


@pytest.fixture
def unit(one_house: House) -> House:
    """A unit with one companion and the head."""
    one_house.hire("sari", Role.COMPANION)
    one_house.hire("hasna", Role.HEAD)
    return one_house


def test_somebody_who_is_not_signed_in_sees_the_door_in_place(unit: House) -> None:
    answer = Visit(unit).get("/reports/ABCDEFG")
    assert answer.status_code == 401
    assert 'name="next" value="/reports/ABCDEFG"' in answer.text


def test_signing_in_leads_on_and_sets_a_cookie_no_script_can_read(unit: House) -> None:
    answer = Visit(unit).sign_in("sari", next="/roster")
    assert answer.status_code == 303
    assert answer.location == "/roster"
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("s="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_in_production_every_cookie_belongs_to_this_host_and_https(sqlite_url: str) -> None:
    house = House(sqlite_url, {"HOTLINE_MODE": "production", "PUBLIC_BASE_URL": "https://hotline.test"})
    house.hire("sari", Role.COMPANION)
    visit = Visit(house)
    page = visit.browser.get("/login", base_url="https://console.test")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "username": "sari", "password": "invented words of a test"}
    answer = visit.browser.post(
        "/login", data=form, base_url="https://console.test", headers={"Referer": "https://console.test/login"}
    )
    cookies = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert any(cookie.startswith("__Host-s=") for cookie in cookies)
    assert all("Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie for cookie in cookies)
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    house.close()


@pytest.mark.parametrize("place", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "/a\nb"])
def test_nobody_is_led_to_a_foreign_place(unit: House, place: str) -> None:
    assert Visit(unit).sign_in("sari", next=place).location == "/"


def test_every_wrong_attempt_gets_the_same_answer(unit: House) -> None:
    visit = Visit(unit)
    answers = [visit.sign_in(name, "wrong words of a test") for name in ("sari", "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    texts = {answer.text.replace("nobody", "sari").split("refused")[1].split("</p>")[0] for answer in answers}
    assert len(texts) == 1


def test_the_sixth_attempt_in_a_minute_is_refused_also_without_redis(unit: House) -> None:
    visit = Visit(unit)
    statuses = [visit.sign_in("sari", "wrong words of a test").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert Visit(unit).sign_in("hasna").status_code == 303


def test_a_guesser_does_not_lock_out_the_browser_that_is_known(unit: House) -> None:
    known = signed_in(unit, "sari")
    known.post("/logout")
    for _ in range(6):
        Visit(unit).sign_in("sari", "wrong words of a test")
    assert known.sign_in("sari").status_code == 303


def guess_all_around(unit: House, visit: Visit, **headers: str) -> int:
    """Twenty-one wrong passwords under invented names; the status of the last."""
    page = visit.get("/login").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    statuses = [
        visit.browser.post(
            "/login", data={"csrf_token": token, "username": f"nobody{turn}", "password": "x"}, headers=headers
        ).status_code
        for turn in range(21)
    ]
    return statuses[-1]


def test_a_guesser_at_the_same_address_does_not_lock_out_the_browser_that_is_known(unit: House) -> None:
    known = signed_in(unit, "sari")
    known.post("/logout")
    assert guess_all_around(unit, Visit(unit)) == 429
    assert Visit(unit).sign_in("hasna").status_code == 429
    assert known.sign_in("sari").status_code == 303


@pytest.mark.parametrize(("proxies", "status"), [("1", 303), ("0", 429)])
def test_behind_a_proxy_of_ours_everybody_counts_for_herself(sqlite_url: str, proxies: str, status: int) -> None:
    house = House(sqlite_url, {"TRUSTED_PROXIES": proxies})
    house.hire("hasna", Role.HEAD)
    assert guess_all_around(house, Visit(house), **{"X-Forwarded-For": "203.0.113.7"}) == 429
    assert Visit(house).sign_in("hasna").status_code == status
    house.close()


def test_what_a_visitor_says_of_her_own_address_is_not_believed(sqlite_url: str) -> None:
    house = House(sqlite_url, {"TRUSTED_PROXIES": "1"})
    visit = Visit(house)
    page = visit.get("/login").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    for turn in range(21):
        form = {"csrf_token": token, "username": f"nobody{turn}", "password": "x"}
        said = {"X-Forwarded-For": f"198.51.100.{turn}, 203.0.113.7"}
        status = visit.browser.post("/login", data=form, headers=said).status_code
    assert status == 429
    house.close()


def test_the_cookie_is_dead_after_signing_out(unit: House) -> None:
    visit = signed_in(unit, "sari")
    stolen = visit.browser.get_cookie("s")
    assert stolen is not None
    assert visit.post("/logout").location == "/login"
    thief = Visit(unit)
    thief.browser.set_cookie("s", stolen.value)
    assert thief.get("/").status_code == 401


def test_a_session_that_ended_brings_back_to_the_page_of_the_form(unit: House) -> None:
    visit = signed_in(unit, "sari")
    unit.clock.turn(hours=1)
    answer = visit.post("/reports/ABCDEFG/accept")
    assert answer.status_code == 401
    assert 'name="next" value="/reports/ABCDEFG"' in answer.text


@pytest.mark.parametrize("path", ["/login", "/logout", "/language", "/me/password", "/reports/ABCDEFG/accept"])
def test_a_form_without_its_token_is_refused(unit: House, path: str) -> None:
    visit = signed_in(unit, "sari")
    assert visit.browser.post(path, data={"language": "en"}).status_code == 400


def test_a_form_from_another_site_is_refused_even_with_a_token(unit: House) -> None:
    visit = signed_in(unit, "sari")
    token = visit.get("/me").text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = visit.browser.post("/logout", data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("asked", "language"), [("en-GB,en;q=0.9", "en"), ("id-ID", "id"), ("de", "id"), ("", "id"), ("fr,en;q=0.5", "en")]
)
def test_the_page_speaks_the_browsers_language_or_indonesian(unit: House, asked: str, language: str) -> None:
    page = Visit(unit).get("/login", **{"Accept-Language": asked})
    assert f'<html lang="{language}">' in page.text


def test_a_picked_language_stays(unit: House) -> None:
    visit = Visit(unit)
    assert visit.post("/language", language="en", next="/login").location == "/login"
    assert "User name" in visit.get("/login").text
    assert visit.post("/language", language="xx").status_code == 400


def test_a_password_is_changed_by_its_owner(unit: House) -> None:
    visit = signed_in(unit, "sari")
    wrong = visit.post("/me/password", old="wrong", new="other words of a test")
    assert wrong.status_code == 422
    assert "Kata sandi sekarang tidak benar." in wrong.text
    right = visit.post("/me/password", old="invented words of a test", new="other words of a test")
    assert right.location == "/login"
    assert visit.get("/").status_code == 401
    assert visit.sign_in("sari", "other words of a test").status_code == 303
