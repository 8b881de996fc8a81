"""The worker pool: RQ's pool with our own entry, preloaded and without forking for each job."""

import logging
import os
import sys
from collections.abc import Iterable
from multiprocessing.context import ForkProcess
from multiprocessing.process import BaseProcess
from typing import Any

import redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from rq.worker_pool import WorkerPool

from config.logs import configure
from config.settings import BadSettings, load_settings
from hotline.doorbell import QUEUE
from workers import jobs

_log = logging.getLogger(__name__)
_WORKERS = 2
# A worker waits on BLMOVE, so its client must wait longer than a webhook's: RQ asks for a time-out of its own there.
_CONNECT_S = 2.0


def listen(name: str, queue_names: Iterable[str], url: str) -> None:
    """One worker process: one queue (with two, RQ loses a job when it is killed between pop and start)."""
    jobs.services().database.close()  # connections of the parent are not ours
    connection = redis.Redis.from_url(url, socket_connect_timeout=_CONNECT_S)
    queues = [Queue(queue, connection=connection, serializer=JSONSerializer) for queue in queue_names]
    worker = SimpleWorker(
        queues, name=name, connection=connection, serializer=JSONSerializer, log_job_description=False
    )
    try:
        worker.work(logging_level="WARNING", with_scheduler=False)
    except redis.RedisError:
        # Redis went away under us: end in one line. The pool starts another within a second, and the ticker sends.
        _log.warning("worker.redis_away")


class Pool(WorkerPool):
    """RQ's pool; only the entry of its processes is ours, because RQ's starts a scheduler that we must not have."""

    url: str

    def get_worker_process(self, name: str, *_: Any, **__: Any) -> BaseProcess:
        """A process that is preloaded by the fork and never forks again."""
        return ForkProcess(target=listen, args=(name, self._queue_names, self.url), name=f"worker-{name}")


def main() -> int:
    """Runs until it is told to stop; 1 if the settings are bad."""
    try:
        settings = load_settings(os.environ)
    except BadSettings as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    configure(settings)
    jobs.services()
    url = settings.redis_url
    connection = redis.Redis.from_url(url, socket_connect_timeout=_CONNECT_S)
    pool = Pool([QUEUE], connection=connection, num_workers=int(os.environ.get("WORKERS", _WORKERS)))
    pool.url = url
    logging.getLogger("rq").setLevel(logging.WARNING)
    pool.start(burst=False, logging_level="WARNING")
    return 0


if __name__ == "__main__":
    sys.exit(main())
