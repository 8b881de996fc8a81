"""The console for staff: pages, the machine interface, and everything that stands before them."""

from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, url_for
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import Mode
from hotline.services import Services
from hotline.web import api
from hotline.web.console import (
    entry,
    evidence,
    figures,
    labels,
    languages,
    passing,
    present,
    queue,
    reports,
    rights,
    roster,
    times,
)
from hotline.web.console.failures import install_failures
from hotline.web.console.headers import install_headers
from hotline.web.console.languages import install_languages
from hotline.web.console.present import hand_in, visitor_or_nobody
from hotline.web.console.throttle import PER_MACHINE, build_limiter, by_address
from hotline.web.guard import guarded_by, seal

WEB = Path(__file__).resolve().parent.parent
_FORM_BYTES = 64 * 1024


def create_console_app(services: Services) -> Flask:
    """The app that `console` serves. Raises Unguarded when a route exists that nobody has said who may use."""
    app = Flask(__name__, template_folder=str(WEB / "templates"), static_folder=str(WEB / "static"))
    _configure(app, services)
    hand_in(app, services)
    install_headers(app, https=services.settings.mode is Mode.PRODUCTION)
    install_languages(app)
    install_failures(app)
    # Before the check of the form's token, so that its refusal is shown to the person who is signed in.
    app.before_request(entry.identify)
    CSRFProtect(app)
    _register(app, services)
    _teach_templates(app)
    for endpoint, view in app.view_functions.items():
        if rights.is_declared(endpoint):
            guarded_by(entry.guard)(view)
    seal(app)
    _believe_proxies(app, services.settings.trusted_proxies)
    return app


def _believe_proxies(app: Flask, count: int) -> None:
    """Takes the visitor's address from so many proxies of our own; of nobody else anything is believed.

    Without it everybody behind the proxy has one address, and one stranger who guesses locks all of them out.
    """
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=0)  # type: ignore[method-assign]


def _configure(app: Flask, services: Services) -> None:
    https = services.settings.mode is Mode.PRODUCTION
    app.config.update(
        SECRET_KEY=services.settings.secret_key,
        SESSION_COOKIE_NAME="__Host-f" if https else "f",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=_FORM_BYTES,
        MAX_FORM_PARTS=50,
        # A page may lie open for a whole shift; its buttons must still work then.
        WTF_CSRF_TIME_LIMIT=int(timedelta(hours=12).total_seconds()),
        TRANSLATIONS=WEB / "translations",
        # Jinja must not look at the disk at every page.
        TEMPLATES_AUTO_RELOAD=False,
    )


def _register(app: Flask, services: Services) -> None:
    limiter = build_limiter(app, services.settings.redis_url)
    machine = api.blueprint(services)
    limiter.limit(PER_MACHINE, key_func=by_address)(machine)
    parts = (
        *(entry.blueprint(limiter), queue.blueprint(), reports.blueprint(), passing.blueprint()),
        *(roster.blueprint(), figures.blueprint()),
    )
    for part in (*parts, machine):
        app.register_blueprint(part)
    app.add_url_rule("/healthz", "healthz", healthz, methods=["GET"])
    for endpoint, view in app.view_functions.items():
        # The limiter calls a route by the name of its function, and a partial has none of its own.
        if not hasattr(view, "__name__"):
            view.__name__ = endpoint


def healthz() -> Response:
    """This process lives; the database is not asked."""
    return Response("ok\n", mimetype="text/plain")


def _teach_templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        clock=times.clock,
        age=times.age,
        stretch=times.stretch,
        remaining=times.remaining,
        seconds=times.seconds,
        reason=labels.reason,
        plain=evidence.plain,
    )
    app.jinja_env.tests["past"] = times.is_past
    app.jinja_env.globals.update(labels=labels, label=labels.label, asset=asset, spoken=languages.spoken, may=_may)
    app.context_processor(_context)


def _context() -> dict[str, object]:
    who = visitor_or_nobody()
    here = present.services()
    return {"who": who, "unit_name": here.settings.unit_name, "server_now": here.now()}


def _may(endpoint: str) -> bool:
    who = visitor_or_nobody()
    return who is not None and rights.may(who.role, endpoint)


def asset(name: str) -> str:
    """The address of a static file with its hash, so that browsers keep it until it changes."""
    return url_for("static", filename=name, v=_mark(name))


@lru_cache(maxsize=64)
def _mark(name: str) -> str:
    return sha256((WEB / "static" / name).read_bytes()).hexdigest()[:12]
