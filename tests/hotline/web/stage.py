"""The webhooks' application with recorders for use cases, and a carrier that signs what it sends."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from config.settings import Settings, load_settings
from hotline.catalogue import Catalogue, load_catalogue
from hotline.gateway.twiml import TwimlWriter
from hotline.web.app import create_webhooks_app
from hotline.web.wires import UseCases
from tests.services import environment

BASE = "https://hotline.test"
ACCOUNT = "AC" + "0" * 32
CATALOGUE = load_catalogue(Path("config/messages.toml"))
TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup /></Response>'


def sid(kind: str, number: int = 1) -> str:
    """An invented SID."""
    return f"{kind}{number:032x}"


def parsed(twiml: str) -> ET.Element:
    """The root of an answer of ours."""
    return ET.fromstring(twiml)


@dataclass
class Recorder:
    """Use cases that note what they were given; `fault` is raised by each, where there is one."""

    fault: Exception | None = None
    texts: tuple[str, ...] = ()
    reasons: dict[str, str | None] = field(default_factory=dict)
    seen: list[Any] = field(default_factory=list)
    by_outbox: list[Any] = field(default_factory=list)

    def note(self, services: object, fact: Any) -> None:
        """Any notice."""
        if self.fault:
            raise self.fault
        self.seen.append(fact)

    def note_ours(self, services: object, fact: Any) -> None:
        """A notice with an id of our outbox."""
        self.note(services, fact)
        self.by_outbox.append(fact)

    def message(self, services: object, fact: Any) -> tuple[str, ...]:
        """A message."""
        self.note(services, fact)
        return self.texts

    def step(self, services: object, fact: Any) -> str:
        """A step of a call."""
        self.note(services, fact)
        return TWIML

    def readiness(self, services: object) -> dict[str, str | None]:
        """What the test says."""
        return self.reasons

    def use_cases(self) -> UseCases:
        """All of it, as the application wants it."""
        return UseCases(self.message, self.step, self.note_ours, self.note, self.note, self.readiness)


@dataclass(frozen=True)
class StageParts:
    """The services that the webhooks need themselves."""

    settings: Settings
    catalogue: Catalogue
    twiml: TwimlWriter


def settings(**changes: str) -> Settings:
    """Invented settings with a TLS origin."""
    return load_settings(environment(PUBLIC_BASE_URL=BASE) | changes)


def application(recorder: Recorder, **changes: str) -> Flask:
    """The application with these use cases."""
    chosen = settings(**changes)
    writer = TwimlWriter(CATALOGUE, chosen.public_base_url, chosen.hotline_number)
    return create_webhooks_app(StageParts(chosen, CATALOGUE, writer), recorder.use_cases())


@dataclass
class Stage:
    """An application and the carrier that posts to it."""

    recorder: Recorder
    app: Flask
    token: str = "invented-token-of-the-tests"

    def post(self, path: str, form: Mapping[str, Any], **headers: str) -> TestResponse:
        """A signed webhook; values of `form` may be lists. Keywords replace headers (None takes one away)."""
        fields: MultiDict[str, str] = MultiDict(form)
        signature = RequestValidator(self.token).compute_signature(BASE + path, fields)
        return self.app.test_client().post(
            path,
            data=fields,
            headers={"X-Twilio-Signature": signature} | {k.replace("_", "-"): v for k, v in headers.items()},
        )


def stage(**changes: str) -> Stage:
    """A new application with recorders."""
    recorder = Recorder()
    return Stage(recorder, application(recorder, **changes))


def message_form(**changes: Any) -> dict[str, Any]:
    """An incoming WhatsApp message as the carrier sends it."""
    return {
        "MessageSid": sid("SM"),
        "SmsSid": sid("SM"),
        "AccountSid": ACCOUNT,
        "From": "whatsapp:+6281100000035",
        "To": "whatsapp:+62765000000",
        "Body": "tolong saya",
        "ProfileName": "bunda 🌸",
        "WaId": "6281100000035",
        "NumMedia": "0",
    } | changes


def call_form(**changes: Any) -> dict[str, Any]:
    """An incoming call as the carrier sends it."""
    return {
        "CallSid": sid("CA"),
        "AccountSid": ACCOUNT,
        "From": "+6281100000035",
        "To": "+62765000000",
        "CallStatus": "ringing",
        "Direction": "inbound",
    } | changes
