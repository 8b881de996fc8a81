"""How every page looks and reads: axe finds nothing, nothing scrolls sideways, and nothing breaks the policy."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Console, Visit

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent / "vendor/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = ("/", "/reports/{ref}", "/reports/{held}", "/reports", "/roster", "/response-times", "/me", "/nowhere")


@pytest.fixture
def refs(console: Console) -> dict[str, str]:
    """One report that is offered and one that Hasna holds."""
    house = console.house
    held = house.write("Suami saya sering memukul saya di depan anak", 2)
    house.clock.turn(minutes=15)
    ref = house.write("Tolong, suami saya bawa pisau, saya dan anak takut mati")
    house.offer()
    return {"ref": ref, "held": held}


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    page.evaluate(AXE.read_text())
    found: Any = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found["violations"] for node in fault["nodes"]]


def too_small(page: Page) -> list[str]:
    """Whatever can be pressed and is lower than a thumb; links inside a sentence are exempt (WCAG 2.5.8)."""
    script = """targets => [...document.querySelectorAll(targets)]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < 47.5).map(e => e.outerHTML.slice(0, 120))"""
    found: list[str] = page.evaluate(script, "button, select, summary, [role=button], nav a, input:not([type=hidden])")
    return found


LOOKS = [
    {"locale": locale, "color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    for locale in ("id-ID", "en-GB")
    for scheme in ("light", "dark")
    for width in (360, 1280)
]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_can_be_read_by_everybody(
    console: Console, visit: Visit, refs: dict[str, str], look: dict[str, Any]
) -> None:
    assert violations(visit(**look)) == []
    page = visit("hasna", **look)
    for path in PAGES:
        page.goto(console.address + path.format(**refs))
        for summary in page.locator("main summary").all():
            summary.click()
        assert (path, violations(page)) == (path, [])
        assert (path, too_small(page)) == (path, [])


def test_the_offer_itself_can_be_read_by_everybody(visit: Visit, refs: dict[str, str]) -> None:
    page = visit("sari")
    page.get_by_text("Tidak bisa").first.click()
    assert violations(page) == []
    assert too_small(page) == []


@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_scrolls_sideways(console: Console, visit: Visit, refs: dict[str, str], width: int) -> None:
    console.house.write("a" * 1500, 7)
    look = {"viewport": {"width": width, "height": 700}}
    pages = [visit(**look), visit("hasna", **look)]
    for path in PAGES:
        pages[1].goto(console.address + path.format(**refs))
        for page in pages:
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert (path, wide) == (path, 0)


def test_the_first_page_is_light(console: Console, visit: Visit, refs: dict[str, str]) -> None:
    sizes: list[int] = []
    page = visit("sari")
    page.on("response", lambda answer: sizes.append(len(answer.body())) if answer.url.endswith("/") else None)
    page.goto(console.address + "/")
    page.wait_for_load_state("networkidle")
    assert 0 < max(sizes) < 20_000
