"""The application that faces the carrier and the public: webhooks, health, metrics, the public page. No login."""

from pathlib import Path

from flask import Flask

from hotline.web import failures, headers, metering
from hotline.web.express import Express
from hotline.web.guard import open_to_all, seal
from hotline.web.health import alive, ready
from hotline.web.metrics import metrics
from hotline.web.public import public
from hotline.web.webhook_calls import calls
from hotline.web.webhooks import webhooks
from hotline.web.wires import Parts, UseCases, Wires, connect

# The carrier's largest form (4,096 characters of text, metadata, add-ons) has a third of this.
LARGEST_BODY = 64 * 1024
_HERE = Path(__file__).resolve().parent


def create_webhooks_app(services: Parts, use_cases: UseCases) -> Flask:
    """The WSGI application of the process `web`.

    Raises:
        Unguarded: a view declares no guard.
    """
    app = Flask(
        __name__,
        static_folder=str(_HERE / "static" / "public"),
        static_url_path="/static",
        template_folder=str(_HERE / "templates"),
    )
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LARGEST_BODY, MAX_FORM_PARTS=200)
    # A redirect would turn the carrier's POST into a GET without a body.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    connect(app, services, use_cases)
    open_to_all(app.view_functions["static"])
    for blueprint in (webhooks, calls, alive, ready, metrics, public):
        app.register_blueprint(blueprint)
    failures.install(app)
    items = headers.standing(https=services.settings.public_base_url.startswith("https:"))
    headers.install(app, items)
    metering.install(app)
    seal(app)
    app.wsgi_app = Express(app.wsgi_app, Wires(services, use_cases), items, LARGEST_BODY)  # type: ignore[method-assign]
    return app
