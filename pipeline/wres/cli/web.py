"""The commands of `wres` for the page: serving it, and who may use it."""

from pathlib import Path
from typing import Annotated

import typer

from wres.cli.command_context import command_pipeline, command_settings
from wres.cli.groups import CommandGroup
from wres.cli.options import AsOf, Form
from wres.cli.output import Format, echo_err, print_rows, print_summary, print_text
from wres.interrupts import leave_interrupts_to_server

senders = typer.Typer(cls=CommandGroup, no_args_is_help=True, help="Who may send on the page and by its API.")
_COLUMNS = ("sender", "organisations", "role", "signs_in_by", "address", "entered_at", "state")
Orgs = Annotated[
    list[str], typer.Argument(metavar="ORG...", help="ODS codes, such as RXY; NATIONAL for the national team.")
]
Role = Annotated[str, typer.Option(help="What they are, such as Workforce analyst; no name.")]


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8081,
    host: Annotated[
        str, typer.Option(help="The address to listen on; other than this machine's own only behind TLS.")
    ] = "127.0.0.1",
    proxies: Annotated[
        str, typer.Option(help="The proxies whose word on who asks is taken, by address, separated by commas.")
    ] = "127.0.0.1",
    as_of: AsOf = None,
) -> None:
    """Serve the page for senders and the national team, and its API, until Ctrl-C."""
    from wres.web.app import HOST, PORT
    from wres.web.app import serve as serve_pages

    def announce() -> None:
        """Say where the page is, and how the first person comes to it."""
        known = settings.web_url or (host, port) == (HOST, PORT)
        address = settings.web_url or f"http://{host}:{port}"
        where = "" if known else f"WRES_WEB_URL={address} "  # the command knows the usual port alone
        echo_err(
            f"The page is at {address}; Ctrl-C stops it. Invite the first person: "
            f"{where}wres senders invite NATIONAL --role ROLE"
        )

    settings = command_settings()
    leave_interrupts_to_server()
    serve_pages(settings, host, port, proxies=proxies, announce=announce)


@senders.command("load")
def load(file: Annotated[Path, typer.Argument(metavar="FILE")], form: Form = Format.table) -> None:
    """Take in who signs in by OpenID Connect (organisation_code,role,subject,address) in place of those there are."""
    from wres.web.senders_file import load_senders_file

    engine = command_pipeline().database
    print_summary(dict(load_senders_file(engine, file)), form)
    _export_audit_log()


@senders.command("invite")
def invite(
    organisations: Orgs,
    role: Role,
    address: Annotated[str | None, typer.Option(help="A role mailbox, to know the entry by; nothing is sent.")] = None,
) -> None:
    """Make a link for one person: it works once, for 30 days. It is printed alone on a line, and never again."""
    from wres.web.app import HOST, PORT
    from wres.web.senders_file import enter

    sender, secret = enter(command_pipeline().database, "invitation", organisations, role, address)
    _export_audit_log()
    base = command_settings().web_url or f"http://{HOST}:{PORT}"
    print_text(f"{base}/invitations/{secret}\n")
    echo_err(f"Sender {sender}. Pass the link on to that person alone.")


@senders.command("key")
def key(organisations: Orgs, role: Role) -> None:
    """Make a key for a machine that sends by the API. It is printed alone on a line, and never again."""
    from wres.web.senders_file import enter

    sender, secret = enter(command_pipeline().database, "key", organisations, role, None)
    _export_audit_log()
    print_text(f"{secret}\n")
    echo_err(f"Sender {sender}. The machine gives it as: Authorization: Bearer KEY")


@senders.command("list")
def list_all(form: Form = Format.table) -> None:
    """List who may send: by role and organisation, how they sign in, and whether that is in force."""
    from wres.database.senders import list_senders

    print_rows(list_senders(command_pipeline().database), form, _COLUMNS)


@senders.command("revoke")
def revoke(sender: Annotated[str, typer.Argument(metavar="ID", help="As wres senders list shows it.")]) -> None:
    """Take a sender's right away: whoever is signed in by it is signed out at once."""
    from wres.database.senders import revoke_sender

    revoke_sender(command_pipeline().database, sender)
    _export_audit_log()
    echo_err(f"Sender {sender} is revoked.")


def _export_audit_log() -> None:
    from wres.intake.audit_log_export import export_audit_log

    pipeline = command_pipeline()
    export_audit_log(pipeline.settings, pipeline.database)
