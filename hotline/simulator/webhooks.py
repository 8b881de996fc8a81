"""Webhooks of the carrier: signed for the public URL, sent to the loopback as through a TLS proxy."""

import http.client
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

from twilio.request_validator import RequestValidator

from hotline.simulator.clock import Clock
from hotline.simulator.faults import Fault, Faults
from hotline.simulator.ledger import Answer, Ledger, Webhook
from hotline.simulator.settings import Settings, SimulatorRefused, is_loopback

Parameters = Mapping[str, str]
UNREACHABLE = 11205
FAILED = 11200
WRONG_CALLBACK_ANSWER = 15003


@dataclass(frozen=True)
class Overrides:
    """Connection overrides from the fragment of a URL: how often to try again, and after what."""

    count: int = 1
    policy: tuple[str, ...] = ("ct",)

    def again(self, answer: Answer) -> bool:
        """Whether the policy wants another attempt after this answer."""
        if answer.good:
            return False
        reasons = {"all", "ct", "rt"} if answer.status is None else {"all", f"{answer.status // 100}xx"}
        if answer.error_code == UNREACHABLE:
            reasons.discard("rt")
        elif answer.status is None:
            reasons.discard("ct")
        return bool(reasons.intersection(self.policy))


def overrides_of(url: str) -> Overrides:
    """The overrides written behind `#` (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides)."""
    fragment = parse_qs(urlsplit(url).fragment)
    count = min(5, int(fragment.get("rc", ["1"])[0]))
    return Overrides(count, tuple(fragment.get("rp", ["ct"])[0].split(",")))


class WebhookSender:
    """Sends webhooks and writes down each of them. `app_base` is the loopback address of the application."""

    def __init__(self, settings: Settings, clock: Clock, ledger: Ledger, faults: Faults) -> None:
        self.app_base = ""
        self.use_app(settings.app_base)
        self._settings = settings
        self._clock = clock
        self._ledger = ledger
        self._faults = faults

    def use_app(self, url: str) -> None:
        """Send webhooks to an application at this loopback address from now on."""
        if url and not is_loopback(urlsplit(url).hostname or ""):
            raise SimulatorRefused("the simulated carrier calls an application on the loopback only")
        self.app_base = url

    def ask(self, url: str, parameters: Parameters, fallback_url: str = "") -> Answer:
        """Post an event, with retries; on failure the fallback URL with `ErrorCode` and `ErrorUrl`."""
        answer = self._deliver(url, parameters)
        if answer.good or answer.lost:
            return answer
        code = answer.error_code or FAILED
        self._ledger.blame(code, answer.url, f"status {answer.status}")
        if not fallback_url:
            return answer
        told = {**parameters, "ErrorCode": str(code), "ErrorUrl": answer.url}
        second = self._deliver(fallback_url, told)
        if not second.good:
            self._ledger.blame(second.error_code or FAILED, second.url, f"fallback: status {second.status}")
        return second

    def tell(self, url: str, parameters: Parameters) -> None:
        """Post a status callback: 204, or 200 with a body, is what the carrier wants to hear."""
        answer = self._deliver(url, parameters)
        if answer.lost:
            return
        if not answer.good:
            self._ledger.blame(answer.error_code or FAILED, answer.url, f"status callback: status {answer.status}")
        elif answer.status != http.HTTPStatus.NO_CONTENT and not answer.body:
            self._ledger.blame(WRONG_CALLBACK_ANSWER, answer.url, "empty answer that is not a 204")

    def repeat(self, webhook: Webhook, token: str = "") -> Answer:
        """Send a webhook again as it was, with its own idempotency token or another."""
        return self._post(webhook.url, list(webhook.parameters), token or webhook.token, webhook.attempt + 1)

    def _deliver(self, url: str, parameters: Parameters) -> Answer:
        bare_url = urlsplit(url)._replace(fragment="").geturl()
        path = urlsplit(url).path
        if self._faults.take(Fault.WEBHOOK_LOST, path):
            return Answer(None, "", b"", bare_url, lost=True)
        overrides, token, pairs = overrides_of(url), uuid.uuid4().hex, list(parameters.items())
        with self._ledger.working("webhook"):
            answer = self._post(bare_url, pairs, token, 0)
            for attempt in range(1, overrides.count + 1):
                if not overrides.again(answer):
                    break
                answer = self._post(bare_url, pairs, token, attempt)
            if self._faults.take(Fault.WEBHOOK_TWICE, path):
                answer = self._post(bare_url, pairs, token, 1)
        return answer

    def _post(self, url: str, pairs: Sequence[tuple[str, str]], token: str, attempt: int) -> Answer:
        at, started = self._clock.now(), time.monotonic()
        answer = self._try(urlsplit(url), pairs, token)
        record = Webhook(url, tuple(pairs), token, attempt, at, answer, time.monotonic() - started)
        with self._ledger.change():
            self._ledger.webhooks.append(record)
        return answer

    def _try(self, target: SplitResult, pairs: Sequence[tuple[str, str]], token: str) -> Answer:
        url = target.geturl()
        if not (self.app_base and url.startswith(self._settings.public_base)):
            return Answer(None, "", b"", url, UNREACHABLE)
        headers, body = self._signed(target, pairs, token)
        try:
            return self._exchange(target, headers, body)
        except ConnectionRefusedError:
            return Answer(None, "", b"", url, UNREACHABLE)
        except (OSError, http.client.HTTPException):
            return Answer(None, "", b"", url, FAILED)

    def _signed(
        self, target: SplitResult, pairs: Sequence[tuple[str, str]], token: str
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body, as they arrive behind a proxy that ends TLS."""
        headers = {
            "Host": target.netloc,
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "Cache-Control": "max-age=259200",
            "I-Twilio-Idempotency-Token": token,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": target.netloc,
            "X-Forwarded-For": "203.0.113.7",
        }
        if not self._faults.take(Fault.WEBHOOK_UNSIGNED, target.path):
            validator = RequestValidator(self._settings.auth_token)
            headers["X-Twilio-Signature"] = validator.compute_signature(target.geturl(), dict(pairs))
        if self._faults.take(Fault.WEBHOOK_TAMPERED, target.path):
            pairs = [*pairs, ("Tampered", "1")]
        return headers, urlencode(pairs).encode()

    def _exchange(self, target: SplitResult, headers: dict[str, str], body: bytes) -> Answer:
        app = urlsplit(self.app_base)
        line = http.client.HTTPConnection(app.hostname or "", app.port, timeout=self._settings.webhook_limit)
        try:
            raw = (target.path or "/") + (f"?{target.query}" if target.query else "")
            line.request("POST", raw, body, headers)
            response = line.getresponse()
            content = response.read()
            return Answer(
                response.status, response.getheader("Content-Type", ""), content, target.geturl(),
                0 if 200 <= response.status < 300 else FAILED,
            )  # fmt: skip
        finally:
            line.close()
