"""Taking in reference data that the national team loads: organisations and successions."""

from pathlib import Path
from typing import Any

from pipeline.collection.calendar import load_year
from pipeline.collection.ods import merge_register, read_organisations_file, read_succession_file
from pipeline.collection.register import expected_codes
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
    """Add predecessors and successors to those in force; a pair that is known gets the file's date.

    Raises:
        WresError: the file cannot be read, or the successions contradict each other.
    """
    engine = open_registry(load_settings())
    old, new = successions_in_force(engine), read_succession_file(file)
    return {"successions": len(merged := _merge(old, new)), **_replaced(engine, merged)}
