"""Load reference data of the national team: organisations and successions."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from wres.clock import LONDON
from wres.database.organisations import current_register, current_successions, replace_register, replace_successions
from wres.database.work_queue import REFERENCE_DATA, build_lock
from wres.errors import WresError
from wres.reference.ods_import import (
    add_edition,
    find_edition,
    is_project_file,
    merge_register,
    read_organisations_file,
    read_succession_file,
)
from wres.reference.register import REGISTER_COLUMNS, eligible_codes
from wres.reference.successions import merge_successions
from wres.reference.year_config import CollectionYear
from wres.settings import Settings


def load_organisations_file(
    settings: Settings, engine: Engine, file: Path, edition: date | None = None
) -> dict[str, Any]:
    """Merge an ODS etr.csv or the project's own register CSV into the current register; returns what changed.

    `edition` is the day of the ODS edition; without one it is the newest date in the file. `older_than_register` is the
    edition that the register has, where that is newer than the file's: then the file turns nothing back.

    Raises:
        WresError: the file cannot be read as either, or an edition is given of the project's own file.
    """
    rows, is_own = read_organisations_file(file), is_project_file(file)
    if is_own and edition:
        raise WresError(f"{file.name} is the project's own register file, which has no edition: leave --edition out.")
    groups, today = set(rows["organisation_group"]), settings.clock.now().astimezone(LONDON).date()
    this = None if is_own else edition or find_edition(rows, groups, today)
    if edition:
        rows = add_edition(rows, edition)
    with build_lock(engine, REFERENCE_DATA):
        old = current_register(engine)
        known = find_edition(old, groups, today)
        older = known if this and known and this < known else None
        merged = merge_register(old, rows, own=is_own, older=older is not None)
        replace_register(engine, merged.register)
    return {
        **merged.summary(),
        "edition": str(this) if this else None,
        "older_than_register": str(older) if older else None,
    }


def load_succession_file(engine: Engine, file: Path) -> dict[str, Any]:
    """Add successions to the current ones; a predecessor that is known gets the file's successor.

    Raises:
        WresError: the file cannot be read, or the successions contradict each other.
    """
    new = read_succession_file(file)
    with build_lock(engine, REFERENCE_DATA):
        old = current_successions(engine)
        merged = merge_successions(old, new)
        replace_successions(engine, merged)
    return {"successions": len(merged), "read": len(new), "new": len(merged) - len(old)}


def register_rows(engine: Engine, year: CollectionYear | None) -> list[dict[str, Any]]:
    """Return the current register, a row an organisation; with a year only those that may send in it.

    The columns are those of the project's own register file, which can be changed and loaded again.
    """
    register = current_register(engine)
    if year is not None:
        register = register[register["code"].isin(eligible_codes(register, year))]
    return [{column: row[column] for column in REGISTER_COLUMNS} for row in register.to_dict("records")]
