"""Taking in reference data that the national team loads: organisations and successions."""

from pathlib import Path
from typing import Any

from pipeline.collection.calendar import load_year
from pipeline.collection.ods import merge_register, read_organisations_file, read_succession_file
from pipeline.collection.register import expected_codes
from pipeline.collection.successions import merge_successions
from pipeline.registry.database import open_registry
from pipeline.registry.organisations import (
    register_in_force,
    replace_register,
    replace_successions,
    successions_in_force,
)
from pipeline.settings import load_settings


def load_organisations_file(file: Path) -> dict[str, Any]:
    """Merge an ODS etr.csv or the project's own register CSV into the register in force; says what changed.

    Raises:
        WresError: the file cannot be read as either.
    """
    engine = open_registry(load_settings())
    merged = merge_register(register_in_force(engine), read_organisations_file(file))
    replace_register(engine, merged.register)
    return merged.summary()


def load_succession_file(file: Path) -> dict[str, Any]:
    """Add predecessors and successors to those in force; a predecessor that is known gets the file's successor.

    Raises:
        WresError: the file cannot be read, or the successions contradict each other.
    """
    engine = open_registry(load_settings())
    old, new = successions_in_force(engine), read_succession_file(file)
    merged = merge_successions(old, new)
    replace_successions(engine, merged)
    return {"successions": len(merged), "read": len(new), "new": len(merged) - len(old)}


def register_rows(year: int | None) -> list[dict[str, Any]]:
    """The register in force, one row an organisation; with a year only those expected to send in it."""
    register = register_in_force(open_registry(load_settings()))
    if year is not None:
        register = register[register["code"].isin(expected_codes(register, load_year(year)))]
    shown = ("code", "name", "organisation_group", "organisation_type", "region_name", "icb_code", "opened", "closed")
    return [{column: row[column] for column in shown} for row in register.to_dict("records")]
