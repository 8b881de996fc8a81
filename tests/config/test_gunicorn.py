"""The web server with our settings: it serves, honours PORT, and writes no line about a request."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.services import environment, eventually, free_port

ROOT = Path(__file__).resolve().parents[2]
APP = """
def app(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"here"]
"""


def answer(url: str) -> bytes:
    """What is served there; nothing while nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            body: bytes = reply.read()
            return body
    except OSError:
        return b""


def test_it_serves_on_its_port_and_keeps_quiet_about_who_asked(tmp_path: Path) -> None:
    (tmp_path / "tiny.py").write_text(APP)
    port = free_port()
    surroundings = os.environ | environment(PORT=str(port), WEB_WORKERS="1", WEB_THREADS="2", PYTHONPATH=str(tmp_path))
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "tiny:app"]
    server = subprocess.Popen(command, cwd=ROOT, env=surroundings, stderr=subprocess.PIPE, text=True)
    try:
        served = eventually(lambda: answer(f"http://127.0.0.1:{port}/page?From=%2B62811000001"), within=20, every=0.1)
    finally:
        server.send_signal(signal.SIGTERM)
        said = server.communicate(timeout=20)[1]
    assert served == b"here"
    assert server.returncode == 0
    assert f"127.0.0.1:{port}" in said
    assert "62811" not in said
    assert "page" not in said
