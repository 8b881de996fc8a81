"""What a phone hears or reads next, in the carrier's language (TwiML); built only with the carrier's own builders."""

import re
from collections.abc import Sequence

from twilio.twiml import TwiML
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Dial, Gather, Redirect, VoiceResponse

from hotline.catalogue import LANGUAGES, Catalogue
from hotline.gateway.query import VOICE_TRIES
from triage.callflow import AskKey, GoTo, Record, Ring, Say, Script, Verb

CONTENT_TYPE = "text/xml; charset=utf-8"
EMPTY = str(MessagingResponse())
# A call that nobody ends must end (toll fraud); no talk with a counsellor takes three hours.
LONGEST_TALK_S = 3 * 60 * 60
# Silence that ends a recording: long enough for somebody who weeps.
SILENCE_S = 15
# The carrier refuses a longer Say, and with it the whole answer.
LONGEST_SAY = 4096
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# XML 1.0, production 2 (Char): a document with anything else is not well-formed, and the caller hears an error.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class TwimlWriter:
    """Writes scripts in TwiML: words from the catalogue, absolute URLs under our origin, our number as caller id."""

    def __init__(self, catalogue: Catalogue, public_base: str, caller_id: str) -> None:
        self._catalogue = catalogue
        self._base = public_base.rstrip("/")
        self._caller_id = caller_id

    def render(self, script: Script, language: str = LANGUAGES[0]) -> str:
        """The TwiML of a script, well-formed whatever the words hold. Raises KeyError for an unknown key."""
        answer = VoiceResponse()
        for verb in script:
            self._write(answer, verb, language)
        return str(answer)

    def render_message(self, texts: Sequence[str]) -> str:
        """The TwiML that answers a message with further messages; the empty answer for none."""
        if not texts:
            return EMPTY
        answer = MessagingResponse()
        for text in texts:
            answer.message(_well_formed(text))
        return str(answer)

    def render_apology(self, key: str) -> str:
        """A sentence in both languages and the end of the leg: for the moments when nothing else works."""
        answer = VoiceResponse()
        for language in LANGUAGES:
            self._say(answer, Say(key), language)
        answer.hangup()
        return str(answer)

    def _write(self, answer: VoiceResponse, verb: Verb, language: str) -> None:
        match verb:
            case Say():
                self._say(answer, verb, language)
            case AskKey():
                answer.append(self._question(verb, language))
            case Ring():
                answer.append(self._dial(verb))
            case Record():
                self._record(answer, verb)
            case GoTo():
                answer.redirect(self._url(verb.path), method="POST")
            case _:
                answer.hangup()

    def _say(self, into: TwiML, say: Say, language: str) -> None:
        words = self._catalogue.text(say.key, language, **dict(say.params))
        into.say(
            _well_formed(words)[:LONGEST_SAY],
            voice=self._catalogue.text("speech.voice", language),
            language=self._catalogue.text("speech.language", language),
        )

    def _question(self, ask: AskKey, language: str) -> Gather:
        """The words stand inside, so that a key counts while they are still spoken. Every key is an answer, # too."""
        gather = Gather(
            action=self._url(ask.path),
            method="POST",
            input="dtmf",
            num_digits=1,
            finish_on_key="",
            timeout=ask.within_s,
            action_on_empty_result=True,
        )
        for say in ask.words:
            self._say(gather, say, language)
        return gather

    def _dial(self, ring: Ring) -> TwiML:
        """The caller hears ringing until the companion has pressed her key, and her phone shows our number only."""
        if not _E164.fullmatch(ring.phone):
            # A roster entry that cannot be dialled must not end the caller's way: on with the next.
            return Redirect(self._url(ring.after), method="POST")
        dial = Dial(
            action=self._url(ring.after),
            method="POST",
            timeout=ring.within_s,
            time_limit=LONGEST_TALK_S,
            caller_id=self._caller_id,
            answer_on_bridge=True,
        )
        dial.number(ring.phone, url=self._url(ring.whisper), method="POST")
        return dial

    def _record(self, answer: VoiceResponse, record: Record) -> None:
        answer.record(
            action=self._url(record.after),
            method="POST",
            max_length=record.limit_s,
            timeout=SILENCE_S,
            finish_on_key="#",
            play_beep=True,
            trim="do-not-trim",
            recording_status_callback=self._url(record.notice),
            recording_status_callback_method="POST",
            recording_status_callback_event="completed absent",
        )

    def _url(self, path: str) -> str:
        return _well_formed(f"{self._base}{path}{VOICE_TRIES}")


def _well_formed(text: str) -> str:
    return _NOT_XML.sub("", text)
