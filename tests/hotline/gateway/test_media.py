"""Files of the carrier: from its host only, without our password elsewhere, never more than the cap."""

import threading
import traceback
from collections.abc import Callable, Iterator

import pytest
from werkzeug import Request, Response
from werkzeug.serving import make_server

from hotline.gateway.media import MediaFault, MediaRefused, MediaRoom

ACCOUNT = "AC" + "0" * 32
PATH = "Messages/MM1/Media/ME1"


class Store:
    """A carrier's file store that answers what the test says and notes who asked."""

    def __init__(self) -> None:
        self.answer: Callable[[Request], Response] = lambda request: Response(b"OggS", mimetype="audio/ogg")
        self.asked: list[tuple[str, bool]] = []
        self.origin = ""

    @Request.application
    def __call__(self, request: Request) -> Response:
        self.asked.append((request.path, request.authorization is not None))
        return self.answer(request)


@pytest.fixture
def store() -> Iterator[Store]:
    built = Store()
    server = make_server("127.0.0.1", 0, built, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    built.origin = f"http://127.0.0.1:{server.server_port}"
    yield built
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def room(store: Store) -> Iterator[MediaRoom]:
    built = MediaRoom(ACCOUNT, "invented", store.origin)
    yield built
    built.close()


def fault_of(room: MediaRoom, cap: int = 1000) -> MediaFault:
    with pytest.raises(MediaRefused) as caught:
        room.fetch(PATH, cap)
    return caught.value.fault


def test_a_file_is_fetched_with_our_password_under_our_account(store: Store, room: MediaRoom) -> None:
    assert room.fetch(PATH, 4).content == b"OggS"
    assert store.asked == [(f"/2010-04-01/Accounts/{ACCOUNT}/{PATH}", True)]


def test_one_redirect_is_followed_without_our_password(store: Store, room: MediaRoom) -> None:
    elsewhere = store.origin.replace("127.0.0.1", "localhost") + "/cdn"
    store.answer = lambda r: (
        Response(b"OggS") if r.path == "/cdn" else Response(status=307, headers={"Location": elsewhere})
    )
    assert room.fetch(PATH, 10).content == b"OggS"
    assert store.asked[1] == ("/cdn", False)


def test_a_second_redirect_is_not_followed(store: Store, room: MediaRoom) -> None:
    store.answer = lambda request: Response(status=302, headers={"Location": store.origin + "/again"})
    assert fault_of(room) is MediaFault.NOT_THERE
    assert len(store.asked) == 2


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest",
        "http://mms.twiliocdn.com/x",
        "https://mms.twiliocdn.com.evil.test/x",
        "https://user@mms.twiliocdn.com/x",
        "https://mms.twiliocdn.com:8443/x",
        "https://evil.test/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://127.0.0.1:1/x",
        "file:///etc/passwd",
        "//evil.test/x",
    ],
)
def test_no_redirect_leads_elsewhere(store: Store, room: MediaRoom, target: str) -> None:
    store.answer = lambda request: Response(status=302, headers={"Location": target})
    assert fault_of(room) is MediaFault.FOREIGN_HOST
    assert len(store.asked) == 1


def test_a_file_that_says_it_is_too_big_is_not_read(store: Store, room: MediaRoom) -> None:
    store.answer = lambda request: Response(b"a" * 2000)
    assert fault_of(room) is MediaFault.TOO_BIG


def test_a_file_that_does_not_say_so_ends_at_the_cap(store: Store, room: MediaRoom) -> None:
    written = []

    def endless() -> Iterator[bytes]:
        while True:
            written.append(1)
            yield b"a" * 4096

    store.answer = lambda request: Response(endless())
    assert fault_of(room, cap=100_000) is MediaFault.TOO_BIG
    assert len(written) < 5000


@pytest.mark.parametrize("status", [401, 404, 410, 500])
def test_what_is_not_there_is_told_so(store: Store, room: MediaRoom, status: int) -> None:
    store.answer = lambda request: Response(status=status)
    assert fault_of(room) is MediaFault.NOT_THERE


def test_where_nobody_listens_the_fault_names_no_url() -> None:
    room = MediaRoom(ACCOUNT, "invented", "http://127.0.0.1:1")
    with pytest.raises(MediaRefused) as caught:
        room.fetch(PATH, 10)
    assert caught.value.fault is MediaFault.UNREACHABLE
    assert PATH not in "".join(traceback.format_exception(caught.value))
    room.close()
