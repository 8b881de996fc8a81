"""Settings of the web server for `web` and `console`; the environment tunes them, the Procfile chooses the app."""

import os
from typing import Any

from prometheus_client import multiprocess

bind = [f"{os.environ.get('BIND_HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"]
workers = int(os.environ.get("WEB_WORKERS", "2"))
# Threads, as a request mostly waits for the disk of the database. Two processes use two cores.
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "16"))
# Loaded once and shared: a worker that dies is back within milliseconds.
preload_app = True
# A carrier waits 15 s for an answer; who has not answered by then need not go on.
timeout = 30
graceful_timeout = 20
# Longer than the proxy's, so that the proxy closes idle connections and no request meets a closing one.
keepalive = 75
backlog = 2048
max_requests = int(os.environ.get("WEB_MAX_REQUESTS", "20000"))
max_requests_jitter = max_requests // 10
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# The heartbeat file of a worker must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - gunicorn makes a private file there
# No access log: its lines hold query strings, and the time of a contact is already a trace of a person.
accesslog = None
errorlog = "-"
# Whom to believe about the scheme; our URLs come from PUBLIC_BASE_URL in any case.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
# No second way in.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Lets a new process open its connections before it answers: 32 first requests at once would wait for them."""
    warm_up = getattr(worker.wsgi, "extensions", {}).get("hotline.warm_up")
    if warm_up:
        warm_up()


def child_exit(_server: Any, worker: Any) -> None:
    """Take a dead worker's gauges out of the shared metrics."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
