"""Whether an answer is TwiML the carrier would accept: the numbers it would put into its debugger."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from hotline.simulator.contract import Element

MAX_BYTES = 64 * 1024
MAX_SAID = 4096
XML_TYPES = ("text/xml", "application/xml", "text/html")


@dataclass(frozen=True)
class Violation:
    """One reason why the carrier would complain, by its error number."""

    code: int
    detail: str


def check_twiml(content_type: str, body: bytes, grammar: Mapping[str, Element]) -> list[Violation]:
    """Every fault of a TwiML answer; empty when the carrier would play it."""
    faults = _check_envelope(content_type, body)
    if faults:
        return faults
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 (our own answers, document types refused above)
    except ElementTree.ParseError as wrong:
        return [Violation(12100, f"not well-formed: {wrong}")]
    if root.tag != "Response":
        return [Violation(12100, f"the root is {root.tag}, not Response")]
    return [fault for element in root.iter() for fault in _check_element(element, grammar)]


def _check_envelope(content_type: str, body: bytes) -> list[Violation]:
    if not body:
        return [Violation(11770, "empty answer where TwiML is expected")]
    if content_type.split(";")[0].strip().lower() not in XML_TYPES:
        return [Violation(12300, f"content type {content_type or 'missing'}")]
    if len(body) > MAX_BYTES:
        return [Violation(11750, f"{len(body)} bytes of TwiML")]
    # Entities and external subsets have no place in TwiML; refusing them keeps the parser out of danger.
    return [Violation(12100, "a document type declaration")] if b"<!DOCTYPE" in body else []


def _check_element(element: ElementTree.Element, grammar: Mapping[str, Element]) -> list[Violation]:
    known = grammar.get(element.tag)
    if known is None:
        return [Violation(12200, f"unknown element {element.tag}")]
    faults = [
        Violation(12200, f"unknown attribute {name} of {element.tag}")
        for name in element.attrib
        if name.removeprefix("{http://www.w3.org/XML/1998/namespace}") not in known.attributes
        and not name.startswith("{http://www.w3.org/XML/1998/namespace}")
    ]
    faults += [
        Violation(12200, f"{child.tag} inside {element.tag}") for child in element if child.tag not in known.children
    ]
    if element.tag == "Say" and len("".join(element.itertext())) > MAX_SAID:
        faults.append(Violation(12200, f"Say longer than {MAX_SAID} characters"))
    return faults
