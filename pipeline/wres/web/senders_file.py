"""The file of people who sign in by OpenID Connect, as the national team loads it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine

from wres.database.organisations import current_organisations
from wres.database.senders import ListedPerson, Purpose, add_sender, replace_listed
from wres.errors import WresError
from wres.personal_data.person_signs import hide_signs
from wres.reference.reference_csv import raise_line_error, read_rows
from wres.safe_text import unfit_characters

NATIONAL_TEAM = "NATIONAL"  # in place of an organisation's code
_COLUMNS = ["organisation_code", "role", "subject", "address"]
_ADDRESS = re.compile(r"[^@\s]{1,64}@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.ASCII | re.IGNORECASE)
_LONGEST = 254
_LONGEST_ROLE = 100


def load_senders_file(engine: Engine, path: Path) -> dict[str, int]:
    """Make the people of a file those who may sign in by OpenID Connect; who is not in it any more is revoked.

    The file is CSV in UTF-8 with the header organisation_code,role,subject,address: one row a person and organisation.
    A person is known by the provider's subject, or by an address that the provider has verified; one of both is enough.

    Raises:
        WresError: the file cannot be read, or a row of it cannot be used; then nothing is changed.
    """
    register = {row["code"] for row in current_organisations(engine)}
    (line, header), *rows = read_rows(path)
    if header != _COLUMNS:
        raise_line_error(path, line, f"the header is not {','.join(_COLUMNS)}", "begin the file with it")
    people: dict[tuple[str, str, str, bool], set[str]] = defaultdict(set)
    for line, row in rows:
        if len(row) != len(_COLUMNS):
            raise_line_error(
                path, line, f"there are {len(row)} values, not {len(_COLUMNS)}", "give one for each column"
            )
        code, role, subject, address = row[0].upper(), row[1], row[2], row[3].lower()
        if code != NATIONAL_TEAM and code not in register:
            raise_line_error(path, line, f"{row[0]!r} is not in the register", "look it up: wres organisations list")
        if problem := check_role(role):
            raise_line_error(path, line, "the role cannot be used", problem)
        if not subject and not address:
            raise_line_error(path, line, "it names no subject and no address", "give one of them")
        if address and (len(address) > _LONGEST or not _ADDRESS.fullmatch(address)):
            raise_line_error(path, line, f"{row[3]!r} is not an e-mail address", "give one, or leave it empty")
        if len(subject) > _LONGEST:
            raise_line_error(path, line, "the subject is too long", f"use at most {_LONGEST} characters")
        people[role, subject, address, code == NATIONAL_TEAM].add(code)
    return replace_listed(
        engine,
        [
            ListedPerson(
                role, subject or None, address or None, national, frozenset() if national else frozenset(codes)
            )
            for (role, subject, address, national), codes in people.items()
        ],
    )


def check_role(role: str) -> str:
    """Return what is wrong with a role, as an instruction; empty where nothing is."""
    if not any(map(str.isalpha, role)):
        return "Enter the role, such as Workforce analyst"
    if unfit_characters(role):
        return "Enter the role without characters that cannot be seen"
    if len(role) > _LONGEST_ROLE:
        return f"Use at most {_LONGEST_ROLE} characters for the role"
    if hide_signs(role) != role or "@" in role:
        return "Enter a role, without an address or a number of a person"
    return ""


def enter(
    engine: Engine, purpose: Purpose, organisations: Sequence[str], role: str, address: str | None
) -> tuple[str, str]:
    """Enter a person to be invited, or a machine; return its id and its secret.

    Raises:
        WresError: an organisation is not in the register, the role cannot be used, or a machine is for several.
    """
    codes = [code.strip().upper() for code in organisations]
    national = codes == [NATIONAL_TEAM]
    register = {row["code"] for row in current_organisations(engine)}
    if not national and (missing := [code for code in codes if code not in register]):
        raise WresError(f"{missing[0]!r} is not in the register. Look its code up: wres organisations list")
    if problem := check_role(" ".join(role.split())):
        raise WresError(f"The role cannot be used. {problem}: --role.")
    if purpose == "key" and (national or len(codes) != 1):
        raise WresError("A key is for one organisation. Make one for each.")
    if address and not _ADDRESS.fullmatch(address):
        raise WresError(f"{address!r} is not an e-mail address. Give a role mailbox, or leave --address out.")
    return add_sender(
        engine, purpose, " ".join(role.split()), [] if national else codes, national=national, address=address
    )
