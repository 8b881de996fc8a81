"""What the documents point at is there: links, tests, commands, alarms, and the price of every decision."""

import ast
import re
from pathlib import Path

import pytest

from tests.rules.source import ROOT, nothing_in, of_tests, product

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LOUD = ("warning", "error", "critical", "exception")
# Lines that come from the carrier's lists, which only the preflight reads so far.
WITHOUT_A_PAGE = {"carrier.unreadable_message", "carrier.unreadable_call"}


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(document: Path) -> list[str]:
    """Relative links of a document that lead nowhere."""
    wrong = []
    for target in re.findall(r"\]\(([^)]+)\)", document.read_text()):
        path, _, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        there = (document.parent / path) if path else document
        if not there.exists() or (anchor and anchor not in anchors(there)):
            wrong.append(f"{document.relative_to(ROOT)} -> {target}")
    return wrong


def names_of_tests() -> set[str]:
    """The names of all tests."""
    return {function.name for module in of_tests() for function in module.functions}


def alarms() -> set[str]:
    """The names of all lines that the service logs above `info`."""
    return {
        call.args[0].value
        for module in product()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in LOUD
        if call.args and isinstance(call.args[0], ast.Constant) and not module.inside("hotline.demo")
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    assert nothing_in(broken_links(document))


def test_every_test_that_a_document_names_exists() -> None:
    named = {name for document in DOCUMENTS for name in re.findall(r"`(test_\w+)`", document.read_text())}
    assert len(named) > 30
    assert nothing_in(named - names_of_tests())


def test_every_command_that_a_document_names_exists() -> None:
    named = {name for document in DOCUMENTS for name in re.findall(r"(?<![\w/])bin/[a-z]+\b", document.read_text())}
    assert len(named) > 4
    assert nothing_in(name for name in named if not (ROOT / name).exists())


def test_every_alarm_has_a_page_in_the_runbook() -> None:
    headings = set(re.findall(r"^## (\S+)$", (ROOT / "docs/runbook.md").read_text(), re.MULTILINE))
    found = alarms()
    assert len(found) > 10
    assert nothing_in(found - headings - WITHOUT_A_PAGE)
    assert nothing_in({heading for heading in headings if re.search(r"[._]", heading)} - found)


def test_every_decision_tells_its_price() -> None:
    records = sorted(ROOT.glob("docs/adr/*.md"))
    assert [record.name[:4] for record in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    prices = {record.name: record.read_text().partition("## Negative consequences")[2].strip() for record in records}
    assert nothing_in(name for name, price in prices.items() if len(price) < 80)


def test_units_of_systemd_start_what_the_procfile_starts() -> None:
    procfile = (ROOT / "Procfile").read_text()
    units = [unit.read_text() for unit in ROOT.glob("deploy/hotline-*.service")]
    started = {re.sub(r".*/python ", "", line) for unit in units for line in unit.splitlines() if "ExecStart" in line}
    assert len(started) == 5
    assert nothing_in(command for command in started if f"python {command}" not in procfile)
