"""Who may do what: every route of the console with every role, from one table."""

import pytest
from flask import Flask

from hotline.web.console import rights
from hotline.web.guard import Unguarded, guard_of, seal
from tests.hotline.web.console.house import House
from tests.hotline.web.console.visits import Visit, signed_in
from triage.states import Role

LEADERS = {Role.SUPERVISOR, Role.HEAD, Role.AUDITOR}
PAGES = {
    "/": set(Role),
    "/queue/changes": set(Role),
    "/queue/alarm": set(Role),
    "/reports": set(Role),
    "/roster": set(Role),
    "/me": set(Role),
    "/response-times": LEADERS,
}
ORDERS = {
    "/reports/ABCDEFG/accept": set(Role) - {Role.AUDITOR},
    "/reports/ABCDEFG/decline": set(Role) - {Role.AUDITOR},
    "/reports/ABCDEFG/contact": set(Role) - {Role.AUDITOR},
    "/reports/ABCDEFG/close": set(Role) - {Role.AUDITOR},
    "/reports/ABCDEFG/number": set(Role) - {Role.AUDITOR},
    **{f"/reports/ABCDEFG/{act}": set(Role) - {Role.AUDITOR} for act in ("release", "ask", "counsellor", "lower")},
    **{f"/reports/ABCDEFG/{act}": set(Role) - {Role.AUDITOR} for act in ("wish", "agree")},
    **{f"/reports/ABCDEFG/{act}": {Role.SUPERVISOR, Role.HEAD} for act in ("exclude", "block")},
    "/me/password": set(Role),
}


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_its_pages_and_no_others(one_house: House, role: Role) -> None:
    one_house.hire("sari", role)
    visit = signed_in(one_house, "sari")
    opened = {path: visit.get(path).status_code for path in PAGES}
    assert opened == {path: 200 if role in roles else 403 for path, roles in PAGES.items()}
    reached = {path: visit.post(path, reason="helped").status_code != 403 for path in ORDERS}
    assert reached == {path: role in roles for path, roles in ORDERS.items()}


def test_nobody_opens_anything_without_signing_in(one_house: House) -> None:
    visit = Visit(one_house)
    assert {path: visit.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 401)
    assert {path: visit.post(path).status_code for path in ORDERS} == dict.fromkeys(ORDERS, 401)


def test_every_route_of_the_console_is_in_the_table_or_has_a_guard_of_its_own(one_house: House) -> None:
    app = one_house.app
    assert all(guard_of(view) for view in app.view_functions.values())
    assert all(endpoint in app.view_functions for endpoint in {*rights.OPEN, *rights.RIGHTS})


def test_a_forgotten_route_stops_the_start() -> None:
    app = Flask(__name__)
    app.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(Unguarded, match="forgotten"):
        seal(app)


def test_an_unknown_endpoint_is_for_nobody() -> None:
    assert not any(rights.may(role, "unknown") for role in Role)
