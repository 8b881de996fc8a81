"""Which language and which clock a page speaks: Indonesian unless somebody asks for English, times of the unit."""

from flask import Flask, request
from flask_babel import Babel, get_locale

from hotline.web.console.present import services

LANGUAGES = ("id", "en")
COOKIE = "language"


def install_languages(app: Flask) -> None:
    """Lets templates speak the language of whoever looks."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(app.config["TRANSLATIONS"])
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[0]
    Babel(app, locale_selector=chosen, timezone_selector=lambda: str(services().unit.zone))


def chosen() -> str:
    """The language of this request: the one picked, else the browser's, else Indonesian."""
    picked = request.cookies.get(COOKIE, "")
    if picked in LANGUAGES:
        return picked
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def spoken() -> str:
    """The code of the language in which this page is written."""
    return str(get_locale() or LANGUAGES[0])
