"""Headers that keep the browser from doing what no page of the console asks for."""

from flask import Flask, Response, request
from secure import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

_YEAR_S = 31_536_000


def install_headers(app: Flask, *, https: bool) -> None:
    """Sets the headers on every answer; `https` adds the order to come back by https only."""
    page, file = _headers(CacheControl().no_store(), https), _headers(_kept(), https)

    def add(response: Response) -> Response:
        # A file whose address carries its hash never changes; a page may hold a person and is never kept.
        versioned = request.endpoint == "static" and "v" in request.args and response.status_code == 200
        if response.headers.get("Content-Disposition") != "inline":
            response.headers.remove("Content-Disposition")
        response.headers.remove("Cache-Control")
        (file if versioned else page).set_headers(response)
        return response

    app.after_request(add)


def _kept() -> CacheControl:
    return CacheControl().public().max_age(_YEAR_S).immutable()


def _headers(cache: CacheControl, https: bool) -> Secure:
    return Secure(
        csp=_policy(),
        cache=cache,
        hsts=StrictTransportSecurity().max_age(_YEAR_S) if https else None,
        # Within the console a form tells where it was sent from; to anybody else nothing is told.
        referrer=ReferrerPolicy().same_origin(),
        permissions=PermissionsPolicy().camera().microphone().geolocation(),
        xcto=XContentTypeOptions(),
        xfo=XFrameOptions().deny(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
    )


def _policy() -> ContentSecurityPolicy:
    return (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'")
        .style_src("'self'")
        # data: for the small signs inside the style sheet of form fields.
        .img_src("'self'", "data:")
        .connect_src("'self'")
        .form_action("'self'")
        .frame_ancestors("'none'")
        .base_uri("'none'")
        .manifest_src("'self'")
    )
