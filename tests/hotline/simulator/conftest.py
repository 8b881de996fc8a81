"""A simulated carrier, a tiny application behind it, and the real client of the carrier in front of it."""

import threading
from collections.abc import Callable, Iterator

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from hotline.simulator import Settings, SimulatedCarrier

EMPTY = "<Response/>"


class TinyApp:
    """Our side of the webhooks: TwiML by path, everything it was asked kept, signatures checked."""

    def __init__(self, token: str, public: str) -> None:
        self.twiml: dict[str, str | Response | Callable[[Request], str | Response]] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.refused = 0
        self._validator = RequestValidator(token)
        self._public = public

    def __call__(self, environ: dict, start_response: Callable) -> list[bytes]:
        request = Request(environ)
        url = self._public + environ["REQUEST_URI"]
        if not self._validator.validate(url, request.form, request.headers.get("X-Twilio-Signature", "")):
            self.refused += 1
            return Response("no", 403)(environ, start_response)
        self.seen.append((environ["REQUEST_URI"], request.form.to_dict()))
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        written = self.twiml.get(request.path)
        answer = written(request) if callable(written) and not isinstance(written, Response) else written
        if isinstance(answer, Response):
            return answer
        if answer is None and "status" in request.path:
            return Response(status=204)
        return Response(answer or EMPTY, mimetype="text/xml")

    def asked(self, path: str) -> list[dict[str, str]]:
        """The forms that came to a path."""
        return [form for where, form in self.seen if where.split("?")[0] == path]


@pytest.fixture
def carrier() -> Iterator[SimulatedCarrier]:
    """A carrier with an instant clock."""
    with SimulatedCarrier(Settings(templates={"HX" + "1" * 32: "Tugas {{1}}"}, api_keys={"SK1": "secret"})) as carrier:
        yield carrier


@pytest.fixture
def app(carrier: SimulatedCarrier) -> Iterator[TinyApp]:
    """The application the carrier calls back."""
    app = TinyApp(carrier.settings.auth_token, carrier.settings.public_base)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    carrier.call_back(f"http://127.0.0.1:{server.server_port}")
    yield app
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client(carrier: SimulatedCarrier) -> Iterator[Client]:
    """The real client, pointed at the simulated carrier."""
    http_client = TwilioHttpClient(timeout=3)
    client = Client(carrier.settings.account_sid, carrier.settings.auth_token, http_client=http_client)
    client.api.base_url = carrier.base_url
    yield client
    http_client.session.close()
