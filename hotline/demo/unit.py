"""The sample unit in the database: its staff, its roster and its logins; made once, completed at every start."""

from sqlalchemy import inspect, select

from hotline import accounts, rosters, staffing
from hotline.demo.faults import DemoFailed
from hotline.demo.people import STAFF, WITH_LOGIN, Turn, roster_file
from hotline.errors import StoreAway
from hotline.services import Services
from hotline.store.tables import unit


def refuse_foreign(services: Services, *, knows_us: bool) -> None:
    """Raises DemoFailed when the database cannot be reached or is somebody else's: the demo invents people.

    `knows_us` says that our keys are from before, so that our own unit may be there.
    """
    try:
        with services.database.look() as tx:
            known = tx.rows(select(unit.c.id)) if inspect(tx.connection).has_table(unit.name) else []
    except StoreAway:
        raise DemoFailed("the database that DATABASE_URL names cannot be reached") from None
    ours = {services.unit.id} if knows_us else set()
    if {row.id for row in known} - ours:
        raise DemoFailed("the database that DATABASE_URL names is not empty and not this demo's; it is left alone")


def settle(services: Services, roster: list[Turn], password: str) -> None:
    """Staff, the roster of the next two weeks, and logins; leaves alone what is there."""
    here = {member.username for member in staffing.list_staff(services)}
    if not here:
        for member in STAFF:
            code = staffing.add_staff(services, member.name, member.role, member.phone)
            if member in WITH_LOGIN:
                accounts.create_account(services, code, member.username, password)
    rosters.import_roster(services, roster_file(roster), replace=True)
