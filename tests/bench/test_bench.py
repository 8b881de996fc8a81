"""The benchmarks can be believed: their figures, their load, and a small run of the whole."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from bench.forms import HIGH, Sender, plain
from bench.load import BadLoad, drive
from bench.results import Figure, percentile, times
from hotline.gateway.signature import FORM_TYPE, signed_by_carrier
from tests.services import ROOT, environment, eventually, free_port

ENVIRON = environment(PUBLIC_BASE_URL="http://127.0.0.1:8000")


@pytest.fixture
def stub_port() -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.stub", str(port), "0.05"], cwd=ROOT)
    eventually(lambda: _answers(port))
    yield port
    process.kill()
    process.wait()


def _answers(port: int) -> bool:
    try:
        return drive(port, [plain("/")], connections=1).rate > 0
    except OSError:
        return False


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_a_target_is_of_the_value_or_of_the_ratio() -> None:
    assert Figure("b", "n", 40, "/s", floor=100, target=0.35, at_least=True).met
    assert not Figure("b", "n", 30, "/s", floor=100, target=0.35, at_least=True).met
    assert Figure("b", "n", 40, "ms", target=50).met
    assert [figure.met for figure in times("b", "n", [0.01] * 98 + [0.2, 0.3], p99=50)] == [None, False]


def test_the_load_is_signed_as_the_carrier_signs() -> None:
    head, _, body = Sender(ENVIRON).request(7, HIGH).partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": FORM_TYPE,
        "RAW_URI": "/twilio/message",
        "HTTP_X_TWILIO_SIGNATURE": fields["X-Twilio-Signature"],
    }
    form = parse_qs(body.decode())
    assert signed_by_carrier(environ, form, [ENVIRON["TWILIO_AUTH_TOKEN"]], ENVIRON["PUBLIC_BASE_URL"])


def test_every_caller_is_new_and_a_conversation_is_not() -> None:
    sender = Sender(ENVIRON)
    bodies = [request.partition(b"From=")[2] for request in sender.newcomers(3) + sender.conversations(2, 2)]
    callers = [body.partition(b"&")[0] for body in bodies]
    assert len(set(callers)) == 5
    assert callers[3:5] == callers[5:7]


def test_a_load_at_a_rate_waits_for_nobody_and_counts_the_waiting(stub_port: int) -> None:
    request = b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
    # One connection and 50 ms an answer: the fourth of four that should go at once has waited for three others.
    run = drive(stub_port, [request] * 4, connections=1, rate=1000)
    assert min(run.seconds) >= 0.05
    assert max(run.seconds) >= 0.19


def test_the_load_does_not_pass_over_a_bad_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_refuse, args=(server,), daemon=True).start()
        with pytest.raises(BadLoad, match="503"):
            drive(server.getsockname()[1], [plain("/")])


def _refuse(server: socket.socket) -> None:
    line, _ = server.accept()
    with line:
        line.recv(1000)
        line.sendall(b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.timeout(300)
def test_a_small_run_measures_both_sides(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "--quick", "--only", "triage", "--only", "webhook", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(out.read_text())
    ratios = {figure["name"]: figure["ratio"] for figure in told["figures"]}
    assert told["failures"] == {}
    assert ratios["new callers"] > 0
