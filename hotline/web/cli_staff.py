"""Commands for people and programs: `staff`, `account`, `token`."""

import secrets

import click

from hotline import staffing
from hotline.accounts import create_account
from hotline.web.cli_orders import Orders, local, say, services, table
from triage.states import Gender, Role

ROLE = click.Choice([str(role) for role in Role])

staff = Orders("staff", help="Staff members and their phones.")
account = Orders("account", help="Logins of the console.")
token = Orders("token", help="Tokens of the machine interface.")


@staff.command("add")
@click.argument("name")
@click.option("--role", type=ROLE, required=True, help="What she is; rights and rungs follow from it.")
@click.option("--phone", required=True, metavar="E164", help="Her number, for WhatsApp, SMS and calls: +62811…")
def add_staff(name: str, role: str, phone: str) -> None:
    """Add a staff member; prints her code on the last line."""
    code = staffing.add_staff(services(), name, Role(role), phone)
    say("added; a login for the console: flask --app wsgi account invite CODE --username NAME")
    say(code)


@staff.command("list")
def list_staff() -> None:
    """List all staff by code and initials."""
    found = staffing.list_staff(services())
    if not found:
        say("no staff yet: flask --app wsgi staff add NAME --role head --phone +62811…")
        return
    rows = [("CODE", "INITIALS", "ROLE", "STATE", "LOGIN")]
    for one in found:
        state = "active" if one.active and one.phones else "no phone" if one.active else "disabled"
        rows.append((one.code, one.initials, one.role, state, "yes" if one.username else "no"))
    table(rows)


@staff.command("describe")
@click.argument("code")
@click.option("--gender", type=click.Choice([str(one) for one in Gender]), help="What a caller may wish for.")
@click.option("--speaks", default="", metavar="CODES", help="Languages by comma: id,min,en.")
def describe_staff(code: str, gender: str | None, speaks: str) -> None:
    """Note what callers may wish for: a woman, a language."""
    staffing.describe_staff(services(), code, Gender(gender) if gender else None, speaks.split(","))
    say("noted")


@staff.command("disable")
@click.argument("code")
def disable_staff(code: str) -> None:
    """End a person's work: phones, login, shifts; her reports go back to the ladder."""
    count = staffing.disable_staff(services(), code)
    say(f"disabled; reports handed back: {count}")


@account.command("invite")
@click.argument("code", metavar="STAFFCODE")
@click.option("--username", required=True, help="The name she signs in with.")
def invite(code: str, username: str) -> None:
    """Make a login; prints its first password on the last line, once."""
    password = secrets.token_urlsafe(15)
    create_account(services(), code, username, password)
    say("give her this password in person; she can change it after signing in")
    say(password)


@token.command("create")
@click.option("--role", type=ROLE, required=True, help="Whose eyes the token reads with.")
@click.option("--note", required=True, help="What it is for, without a person's name.")
def create_token(role: str, note: str) -> None:
    """Make a token; prints it on the last line, once."""
    made = staffing.create_token(services(), Role(role), note)
    say("keep it safe: it cannot be shown again")
    say(made)


@token.command("list")
def list_tokens() -> None:
    """List all tokens by their labels."""
    found = staffing.list_tokens(services())
    if not found:
        say("no tokens yet")
        return
    rows = [("LABEL", "ROLE", "STATE", "CREATED", "LAST USED", "NOTE")]
    for one in found:
        state = "revoked" if one.revoked_at else "active"
        rows.append((one.label, one.role, state, local(one.created_at), local(one.last_used_at), one.note))
    table(rows)


@token.command("revoke")
@click.argument("label")
def revoke_token(label: str) -> None:
    """End a token at once."""
    staffing.revoke_token(services(), label)
    say("revoked")
