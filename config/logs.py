"""One way out for every log line of the process: structlog formats, the redactor cleans, stderr receives."""

import contextlib
import json
import logging
import sys
import threading
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import Processor

from config.redaction import exception_as_text, redact, tell_exception
from config.settings import Mode, Settings

# Below WARNING these write what we must not keep: request bodies, job arguments, query strings, parameters.
QUIET = ("twilio.http_client", "rq", "rq.worker", "urllib3", "werkzeug", "sqlalchemy.engine", "sqlalchemy.pool")
# These bring their own way out (gunicorn before our code is loaded), which would go past the redactor.
TAKEN_OVER = ("gunicorn.error", "gunicorn.access", "rq.worker", "werkzeug", "alembic", "sqlalchemy")

_shared: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
)
log = logging.getLogger(__name__)


class _WayOut(logging.StreamHandler[TextIO]):
    """Writes lines; of one that cannot be written it says only that, as the library's own report quotes all of it."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Called by the library inside the `except` of a failed write."""
        kind = sys.exc_info()[0]
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(json.dumps({"event": "log_line_lost", "fault": str(kind), "logger": record.name}) + "\n")


def configure(settings: Settings) -> None:
    """Send every line of every logger through the redactor to stderr: JSON in production, readable elsewhere."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    way_out = _WayOut(sys.stderr)
    way_out.setFormatter(_formatter(readable=settings.mode is not Mode.PRODUCTION))
    root = logging.getLogger()
    root.handlers[:] = [way_out]
    root.setLevel(settings.log_level.value)
    _take_over(logging.getLevelNamesMapping()[settings.log_level.value])
    logging.captureWarnings(True)
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash


def _formatter(*, readable: bool) -> structlog.stdlib.ProcessorFormatter:
    render: list[Processor] = [structlog.processors.JSONRenderer(ensure_ascii=False)]
    if readable:
        render = [exception_as_text, structlog.dev.ConsoleRenderer(colors=False, sort_keys=False)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            tell_exception,
            redact,
            # After the redactor, which would take it for a number.
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *render,
        ],
    )


def _take_over(level: int) -> None:
    for name in TAKEN_OVER:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _log_crash(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """The interpreter would print the exception with its values."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, fault, trace)
        return
    log.critical("process_crashed", exc_info=(kind, fault, trace))


def _log_thread_crash(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None and not isinstance(crash.exc_value, SystemExit):
        log.critical("thread_crashed", exc_info=(crash.exc_type, crash.exc_value, crash.exc_traceback))
