"""Whom to write to at each organisation: a CSV file that the national team loads. The project ships none."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from wres.database.models import Contact
from wres.database.organisations import current_organisations, replace_contacts
from wres.errors import WresError
from wres.reference.reference_csv import raise_line_error, read_rows

_COLUMNS = ["organisation_code", "role", "address"]
# One mailbox and nothing else: what follows it in a mail program's address line would be written to as well.
_ADDRESS = re.compile(r"\w[\w.+'&/-]*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.ASCII | re.IGNORECASE)
_LONGEST = 254  # of an e-mail address
_LONGEST_ROLE = 100


def load_contacts_file(engine: Engine, path: Path) -> dict[str, Any]:
    """Make the contacts in a file the ones there are; says how many they are, of how many organisations.

    The file is CSV in UTF-8 with the header organisation_code,role,address: one row a role, the address an e-mail
    address, best of a mailbox that several people read.

    Raises:
        WresError: the file cannot be read, or a row of it cannot be used; then nothing is changed.
    """
    contacts = _read(path, {row["code"] for row in current_organisations(engine)})
    replace_contacts(engine, contacts)
    return {"contacts": len(contacts), "organisations": len({contact["organisation_code"] for contact in contacts})}


def contacts_of(engine: Engine) -> dict[str, list[tuple[str, str]]]:
    """Return the (role, address) pairs of each organisation that has any, in the order of the roles."""
    contacts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    query = select(Contact.organisation_code, Contact.role, Contact.address)
    with Session(engine) as session:
        for code, role, address in session.execute(query.order_by(Contact.organisation_code, Contact.role)):
            contacts[code].append((role, address))
    return dict(contacts)


def _read(path: Path, known: set[str]) -> list[dict[str, str]]:
    """Read the rows of a file of contacts; refuse one that is not whole, or names an unknown organisation."""
    (line, header), *rows = read_rows(path)
    if header != _COLUMNS:
        raise_line_error(path, line, f"the header is not {','.join(_COLUMNS)}", "begin the file with it")
    contacts: dict[tuple[str, str], dict[str, str]] = {}
    for line, row in rows:
        if len(row) != len(_COLUMNS):
            raise_line_error(
                path, line, f"there are {len(row)} values, not {len(_COLUMNS)}", "give a code, a role, an address"
            )
        code, role, address = row[0].upper(), row[1], row[2]
        if code not in known:
            raise_line_error(path, line, f"{row[0]!r} is not in the register", "look it up: wres organisations list")
        if not role:
            raise_line_error(
                path, line, "the role is empty", "say what the contact is there, such as Workforce information lead"
            )
        if len(role) > _LONGEST_ROLE:
            raise_line_error(path, line, f"the role has {len(role)} characters", f"use at most {_LONGEST_ROLE}")
        if len(address) > _LONGEST or not _ADDRESS.fullmatch(address):
            raise_line_error(
                path, line, f"{address!r} is not an e-mail address", "give one, as in workforce@example.nhs.uk"
            )
        if (code, role.casefold()) in contacts:
            raise_line_error(
                path, line, f"{code} has the role {role!r} twice", "give each role of an organisation one address"
            )
        contacts[code, role.casefold()] = {"organisation_code": code, "role": role, "address": address}
    if not contacts:
        raise WresError(f"{path.name} holds no contact: give a row for each, or keep those that there are.")
    return list(contacts.values())
