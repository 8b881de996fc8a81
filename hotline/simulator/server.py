"""The HTTP server of the simulated carrier: REST API, page, and the faults of its network."""

import contextlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol, cast

from hotline.simulator.errors import CarrierRefusal
from hotline.simulator.faults import Fault, Faults, Plan
from hotline.simulator.ledger import Ledger
from hotline.simulator.rest import Reply, Request, Route, check_credentials, find_route
from hotline.simulator.settings import Settings

HTML_502 = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
LONGEST_BODY = 20 * 1024 * 1024
PAGE = "/simulator"


class NoReply(Exception):
    """The connection is dropped without an answer."""


class Desk(Protocol):
    """What the server needs of the carrier."""

    settings: Settings
    ledger: Ledger
    faults: Faults
    routes: list[Route]

    def show(self, request: Request) -> Reply:
        """The page and its JSON."""


def answer(desk: Desk, request: Request) -> Reply:
    """The answer to one request; raises NoReply if its connection is to be dropped."""
    if request.path == "/" or request.path.startswith(PAGE):
        return desk.show(request)
    if request.path.startswith("/cdn/"):
        return _from_cdn(desk, request.path.removeprefix("/cdn/"))
    try:
        return _rest(desk, request)
    except CarrierRefusal as refusal:
        return Reply(refusal.status, refusal.body())


def _rest(desk: Desk, request: Request) -> Reply:
    check_credentials(request, desk.settings)
    root = f"/2010-04-01/Accounts/{desk.settings.account_sid}/"
    if not request.path.startswith(root):
        raise CarrierRefusal(20404)
    found, sids = find_route(desk.routes, request.method, request.path.removeprefix(root))
    instead = _fault_before(desk, found.resource)
    if instead:
        return instead
    lost = desk.faults.take(Fault.ANSWER_LOST, found.resource)
    reply = found.act(request, *sids)
    if lost:
        raise NoReply
    return reply


def _fault_before(desk: Desk, resource: str) -> Reply | None:
    """A fault of the network or the carrier before it does anything."""
    slow = desk.faults.take(Fault.SLOW, resource)
    if slow:
        _pause(desk, slow)
    hang = desk.faults.take(Fault.HANG, resource)
    if hang:
        _pause(desk, hang)
        raise NoReply
    if desk.faults.take(Fault.DROPPED, resource):
        raise NoReply
    refused = desk.faults.take(Fault.REFUSED, resource)
    if refused:
        raise CarrierRefusal(refused.code or 20001)
    if desk.faults.take(Fault.TOO_MANY, resource):
        raise CarrierRefusal(20429)
    if desk.faults.take(Fault.SERVER_ERROR, resource):
        raise CarrierRefusal(20500)
    broken = desk.faults.take(Fault.BAD_GATEWAY, resource)
    return Reply(502, content=HTML_502, content_type="text/html") if broken else None


def _pause(desk: Desk, plan: Plan) -> None:
    """Wall seconds: a time-out of the application's client is real time whatever the carrier's clock does."""
    desk.ledger.wait_until(lambda: desk.ledger.closed, plan.seconds or 60.0)


def _from_cdn(desk: Desk, sid: str) -> Reply:
    """A media file on the host the carrier redirects to; nothing but its unguessable name opens it."""
    media = desk.ledger.media.get(sid)
    if media is None:
        return Reply(404, content=b"not found", content_type="text/plain")
    return Reply(content=media.content, content_type=media.content_type)


class Exchange(BaseHTTPRequestHandler):
    """One connection of the application or of the page."""

    protocol_version = "HTTP/1.1"
    server_version = "simulated-carrier"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120

    def setup(self) -> None:
        """Remember the connection, so that a carrier that goes down takes its connections with it."""
        super().setup()
        cast("CarrierServer", self.server).open.add(self.connection)

    def finish(self) -> None:
        """Forget a connection that has ended."""
        cast("CarrierServer", self.server).open.discard(self.connection)
        super().finish()

    def handle(self) -> None:
        """Serve one connection; that it breaks is the client's affair."""
        with contextlib.suppress(ConnectionError, TimeoutError, ValueError):
            super().handle()

    def do_GET(self) -> None:
        """Answer a GET."""
        self._serve()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._serve()

    def do_DELETE(self) -> None:
        """Answer a DELETE."""
        self._serve()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: targets and bodies hold persons."""

    def _serve(self) -> None:
        server = cast("CarrierServer", self.server)
        length = min(LONGEST_BODY, int(self.headers.get("Content-Length") or 0))
        request = Request(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
        try:
            if server.desk.ledger.closed:
                raise NoReply
            self._send(answer(server.desk, request), server.desk)
        except NoReply:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, reply: Reply, desk: Desk) -> None:
        content = reply.content if reply.payload is None else json.dumps(reply.payload).encode()
        self.send_response(reply.status)
        self.send_header("Twilio-Request-Id", desk.ledger.mint("RQ"))
        if reply.location:
            self.send_header("Location", reply.location)
        if reply.status != 204:
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if reply.status != 204:
            self.wfile.write(content)
        self.wfile.flush()


class CarrierServer(ThreadingHTTPServer):
    """Listens on the loopback, one thread per connection."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], desk: Desk) -> None:
        self.desk = desk
        self.open: set[socket.socket] = set()
        super().__init__(address, Exchange)

    def cut_connections(self) -> None:
        """Drop every open connection."""
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It was gone already.
                self.open.discard(connection)


def listen(desk: Desk, host: str, port: int) -> CarrierServer:
    """Start to listen; port 0 takes a free one."""
    server = CarrierServer((host, port), desk)
    threading.Thread(target=server.serve_forever, args=(0.05,), name="simulated-carrier", daemon=True).start()
    return server


def stop(server: CarrierServer) -> None:
    """Stop listening and drop every connection: new ones are refused."""
    server.shutdown()
    server.server_close()
    server.cut_connections()
