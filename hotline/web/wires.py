"""What the webhooks' application is handed: the services of the process and the use cases behind the routes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from flask import Flask, current_app

from config.settings import Settings
from hotline.catalogue import Catalogue
from hotline.gateway.twiml import TwimlWriter
from triage.events import CallEvent, InboundMessage, RecordingNotice, StatusNotice

_KEY = "hotline.wires"


class Parts(Protocol):
    """As much of the services as the webhooks need themselves; `hotline.services.Services` has it all."""

    @property
    def settings(self) -> Settings:
        """The settings of the process."""

    @property
    def catalogue(self) -> Catalogue:
        """The sentences."""

    @property
    def twiml(self) -> TwimlWriter:
        """The writer of the carrier's language."""


@dataclass(frozen=True)
class UseCases:
    """What the routes call, each with the services first; chosen in `wiring`, and by tests.

    `step` returns rendered TwiML; `receive_message` the texts to answer with, usually none; `readiness` for each part
    of the service None, or why it is not ready (no secrets, no persons: the page is public).
    """

    receive_message: Callable[[Any, InboundMessage], tuple[str, ...]]
    step: Callable[[Any, CallEvent], str]
    note_status: Callable[[Any, StatusNotice], None]
    note_caller_status: Callable[[Any, StatusNotice], None]
    note_recording: Callable[[Any, RecordingNotice], None]
    readiness: Callable[[Any], Mapping[str, str | None]]


@dataclass(frozen=True)
class Wires:
    """Both, as they hang on the application."""

    services: Parts
    use_cases: UseCases


def connect(app: Flask, services: Parts, use_cases: UseCases) -> None:
    """Hangs services and use cases on the application."""
    app.extensions[_KEY] = Wires(services, use_cases)


def wires() -> Wires:
    """What hangs on the application of the present request."""
    return cast(Wires, current_app.extensions[_KEY])
