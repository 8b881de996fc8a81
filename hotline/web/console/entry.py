"""The door of the console: signing in and out, one's own password, and the language."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter import Limiter
from werkzeug.wrappers import Response as BaseResponse

from config.settings import Mode
from hotline import accounts
from hotline.errors import Refused
from hotline.web.console import languages, rights, throttle
from hotline.web.console.places import local_path, page_of
from hotline.web.console.present import services, set_visitor, visitor, visitor_or_nobody

_DEVICE_DAYS = 90
_LANGUAGE_DAYS = 365
_DAY_S = 86_400
# What the page asks by itself, every few seconds: it must not keep an abandoned screen signed in.
_BY_ITSELF = frozenset({"queue.changes", "queue.alarm"})
_WITHOUT_PERSONS = frozenset({"static", "healthz"})


def is_https() -> bool:
    """Whether people reach the console by https: always in production, never in the demo on one's own machine."""
    return services().settings.mode is Mode.PRODUCTION


def cookie_name() -> str:
    """The session cookie. `__Host-` lets the browser refuse it without https, from a subdomain, or for a path."""
    return "__Host-s" if is_https() else "s"


def blueprint(limiter: Limiter) -> Blueprint:
    """The routes of the door; `limiter` stands before the password."""
    door = Blueprint("entry", __name__)
    address = limiter.limit(throttle.PER_ADDRESS, key_func=throttle.by_address, exempt_when=throttle.from_known_device)
    guarded = address(enter)
    guarded = limiter.limit(throttle.PER_NAME, key_func=throttle.by_name)(guarded)
    door.add_url_rule("/login", "login", login, methods=["GET"])
    door.add_url_rule("/login", "enter", guarded, methods=["POST"])
    door.add_url_rule("/logout", "leave", leave, methods=["POST"])
    door.add_url_rule("/language", "language", language, methods=["POST"])
    door.add_url_rule("/me", "me", me, methods=["GET"])
    door.add_url_rule("/me/password", "password", password, methods=["POST"])
    return door


def identify() -> None:
    """Finds out who is signed in, before anything else is decided."""
    endpoint = request.endpoint
    token = request.cookies.get(cookie_name(), "")
    if not token or endpoint in _WITHOUT_PERSONS or not rights.is_declared(endpoint or ""):
        return
    set_visitor(accounts.visitor(services(), token, present=endpoint not in _BY_ITSELF))


def guard() -> ResponseReturnValue | None:
    """Lets nobody pass whom the table of rights does not name; who is not signed in gets the door in place."""
    endpoint = request.endpoint or ""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(400)
    if endpoint in rights.OPEN:
        return None
    who = visitor_or_nobody()
    if who is None:
        ended = bool(request.cookies.get(cookie_name()))
        return ("", 401) if endpoint in _BY_ITSELF else (_login_page(page_of(request.path), ended=ended), 401)
    if not rights.may(who.role, endpoint):
        abort(403)
    return None


def login() -> ResponseReturnValue:
    """The form, or the first page for somebody who is in already."""
    onward = local_path(request.args.get("next"))
    return redirect(onward, 303) if visitor_or_nobody() else _login_page(onward)


def enter() -> ResponseReturnValue:
    """Tries name and password; one answer for everything that is wrong."""
    name, word = request.form.get("username", ""), request.form.get("password", "")
    onward = local_path(request.form.get("next"))
    token = accounts.sign_in(services(), name[:200], word)
    if token is None:
        return _login_page(onward, refused=True, username=name[:64]), 401
    return _marked(redirect(onward, 303), token, name)


def leave() -> ResponseReturnValue:
    """Signs out; the cookie is dead at once, and the browser forgets what it kept."""
    accounts.sign_out(services(), visitor())
    answer = redirect(url_for("entry.login"), 303)
    answer.delete_cookie(cookie_name(), secure=is_https(), httponly=True, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def language() -> ResponseReturnValue:
    """Remembers the language that was picked."""
    picked = request.form.get("language", "")
    if picked not in languages.LANGUAGES:
        abort(400)
    answer = redirect(local_path(request.form.get("next")), 303)
    answer.set_cookie(
        languages.COOKIE, picked, max_age=_LANGUAGE_DAYS * _DAY_S, secure=is_https(), httponly=True, samesite="Lax"
    )
    return answer


def me() -> ResponseReturnValue:
    """Who is signed in, and until when."""
    return render_template("console/me.html", refused="")


def password() -> ResponseReturnValue:
    """Changes one's own password, which ends all sessions; then one signs in anew."""
    form = request.form
    try:
        accounts.change_password(services(), visitor(), form.get("old", ""), form.get("new", ""))
    except Refused as fault:
        return render_template("console/me.html", refused=str(fault)), 422
    flash(gettext("Your password is changed. Please sign in again."), "good")
    return redirect(url_for("entry.login"), 303)


def _login_page(onward: str, *, refused: bool = False, ended: bool = False, username: str = "") -> str:
    return render_template("console/login.html", onward=onward, refused=refused, ended=ended, username=username)


def _marked(answer: BaseResponse, token: str, name: str) -> BaseResponse:
    answer.set_cookie(cookie_name(), token, secure=is_https(), httponly=True, samesite="Lax", path="/")
    answer.set_cookie(
        throttle.KNOWN_DEVICE,
        throttle.device_mark(name),
        max_age=_DEVICE_DAYS * _DAY_S,
        secure=is_https(),
        httponly=True,
        samesite="Lax",
    )
    return answer
