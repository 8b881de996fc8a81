"""Webhooks as the carrier sends them: complete, signed, and ready as bytes before the clock starts."""

from collections.abc import Iterable, Iterator
from itertools import cycle
from secrets import token_hex
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

# What people write, at each level; no real person said it.
EMERGENCY = "tolong bu dia pegang pisau di depan pintu, anak saya nangis"
HIGH = "kemarin suami saya memukul saya sampai biru, saya takut pulang ke rumah"
MEDIUM = "suami saya tidak memberi nafkah sudah tiga bulan, saya bingung harus lapor ke mana"
LOW = "selamat malam, mau tanya jam buka kantor"
MIXED = (HIGH, MEDIUM, EMERGENCY, LOW)
_PATH = "/twilio/message"


class Sender:
    """The carrier's side: makes signed requests of callers whose numbers cannot be in service."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._account = environ["TWILIO_ACCOUNT_SID"]
        self._to = f"whatsapp:{environ['HOTLINE_NUMBER']}"
        self._url = environ["PUBLIC_BASE_URL"] + _PATH
        self._validator = RequestValidator(environ["TWILIO_AUTH_TOKEN"])
        self._next = 0

    def newcomers(self, count: int, texts: Iterable[str] = MIXED) -> list[bytes]:
        """One request of each of `count` callers who have never written before."""
        numbers = range(self._next, self._next + count)
        self._next += count
        return [self.request(number, text) for number, text in zip(numbers, cycle(texts), strict=False)]

    def conversations(self, callers: int, bubbles: int) -> list[bytes]:
        """`callers` people who each write `bubbles` times, in turn."""
        first = self._next
        self._next += callers
        return list(self._rounds(first, callers, bubbles))

    def _rounds(self, first: int, callers: int, bubbles: int) -> Iterator[bytes]:
        for turn in range(bubbles):
            for number in range(first, first + callers):
                yield self.request(number, MIXED[(number + turn) % len(MIXED)])

    def request(self, caller: int, text: str) -> bytes:
        """One HTTP request of a caller."""
        form = self._form(caller, text)
        body = urlencode(form).encode()
        signature = self._validator.compute_signature(self._url, form)
        head = (
            f"POST {_PATH} HTTP/1.1\r\nHost: hotline.test\r\nX-Twilio-Signature: {signature}\r\n"
            "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\nUser-Agent: TwilioProxy/1.1\r\n"
            f"Accept: */*\r\nI-Twilio-Idempotency-Token: {token_hex(16)}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _form(self, caller: int, text: str) -> dict[str, str]:
        sid, number = f"SM{token_hex(16)}", f"62899{caller:08d}"
        return {
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "ProfileName": "Contoh",
            "MessageType": "text",
            "SmsSid": sid,
            "WaId": number,
            "SmsStatus": "received",
            "Body": text,
            "To": self._to,
            "NumSegments": "1",
            "ReferralNumMedia": "0",
            "MessageSid": sid,
            "AccountSid": self._account,
            "From": f"whatsapp:+{number}",
            "ApiVersion": "2010-04-01",
        }


def plain(path: str) -> bytes:
    """An unsigned GET."""
    return f"GET {path} HTTP/1.1\r\nHost: hotline.test\r\n\r\n".encode()
