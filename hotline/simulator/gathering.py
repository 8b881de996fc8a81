"""The Gather verb: a question, then keys, speech or silence."""

from xml.etree.ElementTree import Element

from hotline.simulator.line import Sign
from hotline.simulator.twiml_walk import Document, Walk, play_sound


def gather(walk: Walk, verb: Element) -> Document | None:
    """Ask for keys or speech; without any the document goes on, unless an empty result is wanted."""
    for inner in verb:
        play_sound(walk, inner)
    answer = _collect(walk, verb)
    if not answer and verb.get("actionOnEmptyResult") != "true":
        return None
    return walk.follow(verb.get("action", ""), {"msg": "Gather End", "Digits": "", "FinishedOnKey": "", **answer})


def _collect(walk: Walk, verb: Element) -> dict[str, str]:
    """Keys until there are enough of them, the finishing key, or silence; or what was said."""
    most, finish = int(verb.get("numDigits", "0")), verb.get("finishOnKey", "#")
    spoken, digits = "speech" in verb.get("input", "dtmf"), ""
    while True:
        decision = walk.leg.listen(_seconds(verb.get("timeout", "5")))
        if decision.sign is Sign.SPEECH and spoken:
            return {"SpeechResult": decision.text, "Confidence": "0.87", "Language": verb.get("language", "en-US")}
        if decision.sign is not Sign.KEYS:
            return {"Digits": digits} if digits else {}
        for key in decision.text:
            if key in finish and finish:
                return {"Digits": digits, "FinishedOnKey": key} if digits else {}
            digits += key
            if len(digits) == most:
                return {"Digits": digits}


def _seconds(written: str) -> float:
    return float(written) if written.replace(".", "", 1).isdigit() else 5.0
