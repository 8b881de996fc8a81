"""The public page: how to reach the hotline, in a minute, without a trace of the subject in title or address."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from hotline.catalogue import LANGUAGES
from hotline.web.guard import open_to_all
from hotline.web.wires import wires

public = Blueprint("public", __name__)
# A page that anybody may have open: the weather service, without personal content.
EXIT_URL = "https://www.bmkg.go.id/"


@public.get("/")
@open_to_all
def page() -> ResponseReturnValue:
    """Indonesian first, English below; no cookie, no script needed."""
    here = wires().services
    return render_template(
        "public.html",
        languages=LANGUAGES,
        text=lambda key, language: here.catalogue.text(f"public.{key}", language),
        number=here.settings.hotline_number,
        whatsapp=here.settings.whatsapp_sender.rpartition("+")[2],
        exit_url=EXIT_URL,
    )
