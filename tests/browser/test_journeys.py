"""What people do in the console, with a real browser: take a report, lose a race, go on when the session ends."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Console, Visit
from triage.states import Duty, Role

pytestmark = pytest.mark.browser
KNIFE = "Tolong, suami saya bawa pisau, saya dan anak takut mati"


@pytest.fixture
def ref(console: Console) -> str:
    """An emergency that is offered to Sari."""
    ref = console.house.write(KNIFE)
    console.house.offer()
    return ref


def test_a_wrong_password_is_told_once_and_the_name_stays(visit: Visit) -> None:
    page = visit()
    page.fill("#username", "sari")
    page.fill("#password", "wrong words of a test")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Nama pengguna atau kata sandi tidak benar.")
    expect(page.locator("#username")).to_have_value("sari")
    expect(page.locator("#password")).to_be_focused()


def test_a_password_can_be_shown(visit: Visit) -> None:
    page = visit()
    page.fill("#password", "words")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.locator("#password")).to_have_attribute("type", "text")


def test_an_offer_is_taken_by_one_tap(console: Console, visit: Visit, ref: str) -> None:
    page = visit("sari")
    page.get_by_role("button", name=re.compile("Terima")).click()
    expect(page).to_have_url(f"{console.address}/reports/{ref}")
    expect(page.get_by_role("status")).to_contain_text(f"Anda memegang {ref}")
    expect(page.get_by_role("button", name="Sudah dihubungi")).to_be_visible()


def test_the_second_person_hears_who_was_first(console: Console, visit: Visit, ref: str) -> None:
    console.house.clock.turn(minutes=3)
    console.house.offer()
    sari, rina = visit("sari", f"/reports/{ref}"), visit("rina", f"/reports/{ref}")
    rina.get_by_role("button", name=re.compile("Terima|Ambil")).click()
    expect(rina.get_by_role("status")).to_contain_text(f"Anda memegang {ref}")
    sari.get_by_role("button", name=re.compile("Terima|Ambil")).click()
    expect(sari.locator(".told-bad").first).to_contain_text(f"{ref} sudah diterima oleh R")


def test_a_no_needs_two_taps_and_a_reason(visit: Visit, ref: str) -> None:
    page = visit("sari")
    page.get_by_text("Tidak bisa").click()
    page.get_by_role("button", name="Saya terlalu jauh").click()
    expect(page.locator(".told-good")).to_contain_text(f"Anda menolak {ref}")


def test_a_new_report_appears_by_itself_and_open_things_stay_open(console: Console, visit: Visit, ref: str) -> None:
    page = visit("sari")
    page.get_by_text("Tidak bisa").click()
    console.house.write("Suami saya sering memukul saya di depan anak", 2)
    expect(page.locator(".card")).to_have_count(2, timeout=8000)
    expect(page.get_by_role("button", name="Saya terlalu jauh")).to_be_visible()


def test_an_emergency_is_seen_from_every_page(console: Console, visit: Visit) -> None:
    page = visit("sari", "/roster")
    expect(page.get_by_role("alert").filter(visible=True)).to_have_count(0)
    console.house.write(KNIFE)
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("1 laporan darurat", timeout=8000)


def test_without_scripts_everything_can_be_used(console: Console, visit: Visit, ref: str) -> None:
    page = visit("sari", java_script_enabled=False)
    page.get_by_role("button", name=re.compile("Terima")).click()
    page.get_by_role("button", name="Sudah dihubungi").click()
    page.get_by_text("Tutup laporan").click()
    page.get_by_role("button", name="Sudah ditolong").click()
    expect(page.locator("main [role=status]")).to_contain_text("Orang kedua harus memutuskan hal yang sama")
    head = visit("hasna", f"/reports/{ref}", java_script_enabled=False)
    head.get_by_text("Tutup laporan").click()
    head.get_by_role("button", name="Sudah ditolong").click()
    expect(head.locator(".told-good")).to_contain_text(f"{ref} ditutup")


def test_a_session_that_ends_is_said_and_leads_back(console: Console, visit: Visit, ref: str) -> None:
    page = visit("sari", f"/reports/{ref}")
    console.house.clock.turn(hours=1)
    link = page.get_by_role("link", name="Masuk lagi")
    expect(link).to_be_visible(timeout=8000)
    expect(page.locator(".words").first).to_be_visible()
    link.click()
    expect(page.locator("#username")).to_be_visible()


def test_a_lost_connection_is_said(console: Console, visit: Visit) -> None:
    page = visit("sari")
    page.clock.install()
    page.reload()
    page.context.set_offline(True)
    page.clock.run_for(20_000)
    expect(page.locator("#pulse")).to_have_text("terputus, mencoba lagi")
    page.context.set_offline(False)
    page.clock.run_for(6_000)
    expect(page.locator("#pulse")).to_contain_text("terhubung")
    # The page's clock runs ahead of the wire, so its requests may time out while they are on their way.
    expected = re.compile("ERR_INTERNET|fetch|htmx:error: timeout")
    console.faults = [fault for fault in console.faults if not expected.search(fault)]


def test_two_escapes_blank_the_screen_and_a_touch_brings_it_back(visit: Visit, ref: str) -> None:
    page = visit("sari", f"/reports/{ref}")
    page.keyboard.press("Escape")
    expect(page.locator("#blank")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#blank")).to_be_visible()
    covered = page.evaluate("document.elementFromPoint(180, 300).closest('#blank') !== null")
    assert covered
    page.mouse.click(180, 300)
    expect(page.locator("#blank")).to_be_hidden()


def payloads() -> list[str]:
    """Messages that would run if they were markup."""
    tries = ["alert(1)", "document.body.remove()", "fetch('//evil.test')"]
    frames = (
        "<script>{}</script>",
        '<img src=x onerror="{}">',
        '"><svg onload="{}">',
        "<a href='javascript:{}'>x</a>",
        '<iframe srcdoc="<script>{}</script>">',
        "{{{{ {} }}}}",
        '<div hx-get="/" hx-trigger="load" hx-on:load="{}">',
    )
    return [frame.format(attempt) for frame in frames for attempt in tries]


def test_hostile_words_are_shown_as_words(console: Console, visit: Visit) -> None:
    ref = console.house.write("tolong")
    for text in payloads():
        console.house.clock.turn(seconds=1)
        console.house.write(text)
    dialogs: list[str] = []
    page = visit("hasna", f"/reports/{ref}")
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    shown = page.locator(".talk")
    for text in payloads():
        expect(shown).to_contain_text(text)
    assert shown.locator("script, img, iframe, svg, a, div").count() == 0
    assert dialogs == []


def test_the_keyboard_walks_in_the_order_of_the_page(visit: Visit, ref: str) -> None:
    page = visit("sari")
    seen = []
    for _ in range(9):
        page.keyboard.press("Tab")
        seen.append(focused(page))
    assert seen[0] == "Ke isi halaman"
    assert seen.index("Antrean") < seen.index("Jadwal") < seen.index("Saya") < seen.index(ref)
    assert seen.index(ref) < seen.index(f"Terima {ref}")


def focused(page: Page) -> str:
    """The words of whatever has the focus."""
    words: str = page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')")
    return words


def test_the_language_is_switched_in_place(console: Console, visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url(f"{console.address}/login")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_figures_lead_to_their_reports_in_two_taps(console: Console, visit: Visit, ref: str) -> None:
    console.house.hire("sinta", Role.SUPERVISOR, duty=Duty.SECOND)
    page = visit("sinta", "/response-times")
    page.get_by_role("row", name=re.compile("^Darurat")).first.get_by_role("link").click()
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_role("link", name=ref).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(ref)
