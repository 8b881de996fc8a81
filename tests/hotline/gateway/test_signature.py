"""The carrier's signature: its published vectors, equality with its own validator, and closed failure."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from hotline.gateway.signature import signed_by_carrier

BASE = "https://mycompany.com"
TARGET = "/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": ["CA1234567890ABCDE"],
    "Caller": ["+14158675309"],
    "Digits": ["1234"],
    "From": ["+14158675309"],
    "To": ["+18005551212"],
}
GOOD = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
SETTINGS_SHA256 = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"


class ManyValued(dict[str, list[str]]):
    """A form as the carrier's validator reads it."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def environ(signature: str | None = GOOD, **changes: Any) -> dict[str, Any]:
    plain = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=UTF-8",
        "RAW_URI": TARGET,
    }
    return plain | ({} if signature is None else {"HTTP_X_TWILIO_SIGNATURE": signature}) | changes


def made(token: str, url: str, form: dict[str, list[str]], algorithm: str | None = None) -> str:
    return str(RequestValidator(token).compute_signature(url, ManyValued(form), algorithm))


@pytest.mark.parametrize(
    ("form", "signature"),
    [
        (FORM, GOOD),
        (FORM, "kvajT1Ptam85bY51eRf/AJRuM3w="),  # the carrier signed :443
        (
            {"Sid": ["CA123"], "SidAccount": ["AC123"], "Digits": ["5678", "1234", "1234"]},
            "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
        ),
    ],
)
def test_the_published_vectors_are_accepted(form: dict[str, list[str]], signature: str) -> None:
    assert signed_by_carrier(environ(signature), form, ["12345"], BASE)


@pytest.mark.parametrize(
    ("why", "environment", "form", "tokens"),
    [
        ("no signature", environ(None), FORM, ["12345"]),
        ("empty signature", environ(""), FORM, ["12345"]),
        ("non-ASCII signature", environ("é" * 28), FORM, ["12345"]),
        ("signature that no header can hold", environ("☎"), FORM, ["12345"]),
        ("changed field", environ(), FORM | {"Digits": ["1235"]}, ["12345"]),
        ("added field", environ(), FORM | {"More": [""]}, ["12345"]),
        ("query missing", environ(RAW_URI="/myapp.php"), FORM, ["12345"]),
        ("query changed", environ(RAW_URI=TARGET + "0"), FORM, ["12345"]),
        ("absolute target", environ(RAW_URI=BASE + TARGET), FORM, ["12345"]),
        ("no target", environ(RAW_URI=""), FORM, ["12345"]),
        ("unknown token", environ(), FORM, ["54321"]),
        ("no token", environ(), FORM, []),
        ("empty token", environ(made("", BASE + TARGET, FORM)), FORM, [""]),
        ("MD5", environ(HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS="algorithm=MD5"), FORM, ["12345"]),
        ("GET", environ(REQUEST_METHOD="GET"), FORM, ["12345"]),
        ("JSON", environ(CONTENT_TYPE="application/json"), FORM, ["12345"]),
        ("multipart", environ(CONTENT_TYPE="multipart/form-data; boundary=x"), FORM, ["12345"]),
        ("lone surrogate", environ(), FORM | {"Body": ["\ud800"]}, ["12345"]),
        ("other host signed", environ(made("12345", "https://evil.test" + TARGET, FORM)), FORM, ["12345"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_everything_else_is_refused(
    why: str, environment: dict[str, Any], form: dict[str, list[str]], tokens: list[str]
) -> None:
    assert not signed_by_carrier(environment, form, tokens, BASE), why


def test_during_a_rotation_both_tokens_are_accepted() -> None:
    assert signed_by_carrier(environ(), FORM, ["newest", "12345"], BASE)


def test_the_headers_of_a_proxy_change_nothing() -> None:
    lies = {"HTTP_HOST": "evil.test:99999", "HTTP_X_FORWARDED_HOST": "evil.test", "HTTP_X_FORWARDED_PROTO": "http"}
    assert signed_by_carrier(environ(**lies), FORM, ["12345"], BASE)


def test_sha256_is_accepted_when_the_carrier_says_so() -> None:
    signature = made("12345", BASE + TARGET, FORM, "HMAC_SHA256")
    told = environ(signature, HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS=SETTINGS_SHA256)
    assert signed_by_carrier(told, FORM, ["12345"], BASE)
    assert not signed_by_carrier(environ(signature), FORM, ["12345"], BASE)


@pytest.mark.parametrize(
    "target", ["/a?x=%C3%A9", "/a?x=%2F+%3A&y=%7E", "/a%20b/", "//a", "/%C3%BC?x=", "/a?t=a-b_c&n=2"]
)
@pytest.mark.parametrize("base", ["https://hotline.test", "https://hotline.test:8443", "http://hotline.test:8000/"])
def test_the_raw_target_counts_under_every_origin(target: str, base: str) -> None:
    signature = made("12345", base.rstrip("/") + target, FORM)
    assert signed_by_carrier(environ(signature, RAW_URI=target), FORM, ["12345"], base)
    other_server = {"REQUEST_URI": target, "RAW_URI": None}
    assert signed_by_carrier(environ(signature, **other_server), FORM, ["12345"], base)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
forms = st.dictionaries(texts, st.lists(texts, min_size=1, max_size=3), max_size=6)
targets = st.from_regex(r"/[a-z/]{0,8}(\?[a-zA-Z0-9_=&%-]{1,12})?", fullmatch=True)


@given(form=forms, target=targets, token=st.text("abc019", min_size=1, max_size=8), sha256=st.booleans())
def test_it_agrees_with_the_validator_of_the_carrier(
    form: dict[str, list[str]], target: str, token: str, sha256: bool
) -> None:
    algorithm = "HMAC_SHA256" if sha256 else "HMAC_SHA1"
    told = {"HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS": f"algorithm={algorithm}", "RAW_URI": target}
    for url in (BASE + target, BASE + ":443" + target):
        signature = made(token, url, form, algorithm)
        assert RequestValidator(token).validate(BASE + target, ManyValued(form), signature, algorithm)
        assert signed_by_carrier(environ(signature, **told), form, [token], BASE)


@given(form=forms, name=texts, value=texts)
def test_one_more_or_other_field_is_noticed(form: dict[str, list[str]], name: str, value: str) -> None:
    signature = made("12345", BASE + TARGET, form)
    altered = form | {name: [*form.get(name, []), value]}
    theirs = RequestValidator("12345").validate(BASE + TARGET, ManyValued(altered), signature)
    assert signed_by_carrier(environ(signature), altered, ["12345"], BASE) == theirs
