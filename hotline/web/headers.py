"""Headers of every answer of the webhooks' application: nothing is kept, framed, sniffed or told onwards."""

from collections.abc import Sequence

from flask import Flask, Response
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


def standing(*, https: bool) -> list[tuple[str, str]]:
    """The headers of every answer; `https` adds the order to come back by https only."""
    return [(name, value) for name, value in _headers(https=https).header_items()]


def install(app: Flask, items: Sequence[tuple[str, str]]) -> None:
    """Sets these headers on every answer."""

    def add(answer: Response) -> Response:
        for name, value in items:
            answer.headers[name] = value
        return answer

    app.after_request(add)


def _headers(*, https: bool) -> Secure:
    return Secure(
        csp=_policy(),
        # The page too: it must leave no copy on a shared computer.
        cache=CacheControl().no_store(),
        hsts=StrictTransportSecurity().max_age(_YEAR_S) if https else None,
        referrer=ReferrerPolicy().no_referrer(),
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
        .img_src("'self'")
        .form_action("'none'")
        .frame_ancestors("'none'")
        .base_uri("'none'")
    )
