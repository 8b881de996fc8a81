"""The Record verb: a beep, what the caller says, and the two requests that follow."""

from collections.abc import Callable
from typing import Protocol
from xml.etree.ElementTree import Element

from hotline.simulator.call_forms import recording_form, recording_url
from hotline.simulator.clock import Clock
from hotline.simulator.ledger import Ledger
from hotline.simulator.line import HANG_UP, LegOver, Sign
from hotline.simulator.records import Recording
from hotline.simulator.settings import Settings
from hotline.simulator.twiml_walk import Document, Verb, Walk
from hotline.simulator.webhooks import WebhookSender

# Eight thousand samples a second of one byte: telephone quality.
BYTES_A_SECOND = 8000


class RecordingDesk(Protocol):
    """What recording needs of the carrier."""

    settings: Settings
    clock: Clock
    ledger: Ledger
    sender: WebhookSender

    def start(self, work: Callable[[], None]) -> None:
        """Do something in the background."""


def record_verb(desk: RecordingDesk) -> Verb:
    """The Record verb over the records of one carrier."""

    def record(walk: Walk, verb: Element) -> Document | None:
        if verb.get("playBeep", "true") == "true":
            walk.leg.hear("[beep]")
        decision = walk.leg.listen(float(verb.get("timeout", "5")))
        if decision.sign is not Sign.SOUND:
            return None
        recording = keep_recording(desk, walk.leg.call.sid, decision.sound)
        _announce(desk, recording, verb, walk)
        told = {
            "RecordingSid": recording.sid,
            "RecordingUrl": recording_url(recording, desk.settings.account_sid),
            "RecordingDuration": str(recording.seconds),
            "Digits": decision.text,
        }
        if decision.text == HANG_UP:
            walk.leg.drop()
            walk.services.tell(walk.leg, walk.absolute(verb.get("action", "")), told)
            raise LegOver
        return walk.follow(verb.get("action", ""), told)

    return record


def keep_recording(desk: RecordingDesk, call_sid: str, sound: bytes) -> Recording:
    """Store what was said in a call."""
    seconds = max(1, len(sound) // BYTES_A_SECOND)
    recording = Recording(desk.ledger.mint("RE"), call_sid, sound, seconds, desk.clock.now())
    with desk.ledger.change():
        desk.ledger.recordings[recording.sid] = recording
    return recording


def _announce(desk: RecordingDesk, recording: Recording, verb: Element, walk: Walk) -> None:
    """The recording status callback comes on its own time, before or after the action."""
    callback = verb.get("recordingStatusCallback", "")
    if callback:
        url = walk.absolute(callback)
        desk.start(lambda: desk.sender.tell(url, recording_form(recording, desk.settings.account_sid)))
