"""The register: which organisations there are, who must or may send in a year, and whose last year counts as whose."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from wres.reference.year_config import CollectionYear

if TYPE_CHECKING:
    import pandas as pd

_SHIPPED = Path(__file__).resolve().parent / "register"

REGISTER_COLUMNS = (
    "code",
    "name",
    "organisation_group",
    "organisation_type",
    "region_code",
    "region_name",
    "icb_code",
    "icb_name",
    "country",
    "opened",
    "closed",
    "type_source",
    "source",
)
SUCCESSION_COLUMNS = ("predecessor", "successor", "from_date", "source")

# The types under which the national figures are shown; `unknown` waits for somebody to say. Trusts are of several, each
# other group is a type of its own.
TRUST_TYPES = ("acute", "specialist", "mental_health", "community", "ambulance")
GROUP_TYPES = {"icb": "integrated_care_board", "ccg": "clinical_commissioning_group", "alb": "national_body"}


def organisation_types(organisation_group: str) -> tuple[str, ...]:
    """Return the types that an organisation of a group can have."""
    return (*((GROUP_TYPES[organisation_group],) if organisation_group in GROUP_TYPES else TRUST_TYPES), "unknown")


def default_organisations() -> list[dict[str, str]]:
    """Return the rows of `default_register`, for whoever can do without pandas, which takes long to import."""
    with (_SHIPPED / "organisations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def default_register() -> "pd.DataFrame":
    """Return the register that the project ships: NHS trusts of the Organisation Data Service's etr.csv.

    Returns:
        One row per organisation, in order of code; columns REGISTER_COLUMNS, all text. Dates are ISO, empty for none;
        `closed` is the last day. `country` is E or W; areas are empty for W. `source` and `type_source` say what the
        row and its type rest on.
    """
    return _default_table("organisations.csv")


def default_successions() -> "pd.DataFrame":
    """Return the mergers that the project ships.

    Returns:
        One row per organisation that ended, in order of date; columns SUCCESSION_COLUMNS, all text. `from_date` is the
        ISO date from which the successor answers for the predecessor's staff: the legal date.
    """
    return _default_table("successions.csv")


@cache
def area_names(level: Literal["region", "icb"]) -> dict[str, str]:
    """Return the names of the seven regions or the 42 integrated care boards, by code."""
    areas = _default_table("areas.csv")
    areas = areas[areas["level"] == level]
    return dict(zip(areas["code"], areas["name"], strict=True))


def expected_codes(register: "pd.DataFrame", year: CollectionYear) -> list[str]:
    """List who must send: the codes of those that may send and are not voluntary, in order."""
    return sorted(str(row["code"]) for row in register.to_dict("records") if is_expected(row, year))


def eligible_codes(register: "pd.DataFrame", year: CollectionYear) -> list[str]:
    """List who may send: the codes of English organisations of the year's groups, open on the snapshot, in order."""
    return sorted(str(row["code"]) for row in register.to_dict("records") if is_eligible(row, year))


def is_expected(organisation: Mapping[Any, Any], year: CollectionYear) -> bool:
    """Return whether an organisation, as a row of the register, must send in a year; see `expected_codes`."""
    return is_eligible(organisation, year) and not is_voluntary(organisation, year)


def is_voluntary(organisation: Mapping[Any, Any], year: CollectionYear) -> bool:
    """Return whether the year's file makes the return of an organisation, or of its group, voluntary."""
    return organisation["organisation_group"] in year.voluntary or organisation["code"] in year.voluntary


def is_eligible(organisation: Mapping[Any, Any], year: CollectionYear) -> bool:
    """Return whether an organisation, as a row of the register, may send in a year; see `eligible_codes`."""
    snapshot = year.snapshot.isoformat()
    return (
        organisation["country"] == "E"
        and organisation["organisation_group"] in year.organisation_groups
        and organisation["opened"] <= snapshot
        # `closed` is the last day, so an organisation that closed on the snapshot still had its staff that day.
        and (organisation["closed"] == "" or organisation["closed"] >= snapshot)
    )


def predecessor_groups(successions: "pd.DataFrame", codes: Iterable[str], year: CollectionYear) -> dict[str, list[str]]:
    """Return, by organisation, the codes whose returns of the year before make up its last year, its own among them.

    A succession counts when it falls after last year's snapshot and up to this year's: before that, last year's return
    is the successor's already; after it, the predecessor still sends for itself. Chains within the year are followed.

    Args:
        successions: a succession frame (SUCCESSION_COLUMNS), sound as `successions.check_successions` says.
        codes: the organisations of this year.
        year: this year.

    Returns:
        Code to the codes of its pool, in order.
    """
    first, last = year.entries_from.isoformat(), year.entries_to.isoformat()
    taken_over: dict[str, list[str]] = {}
    for row in successions[successions["from_date"].between(first, last)].itertuples():
        taken_over.setdefault(str(row.successor), []).append(str(row.predecessor))
    return {code: sorted(_with_predecessors(code, taken_over)) for code in codes}


def predecessors_of(successions: "pd.DataFrame", code: str, year: CollectionYear) -> list[str]:
    """Return the codes whose returns of the year before are one organisation's last year; see `predecessor_groups`."""
    return predecessor_groups(successions, [code], year)[code]


def drop_new_organisations(pool: Iterable[str], opened: Mapping[str, str], year: CollectionYear) -> list[str]:
    """Return a pool without those that opened after last year's snapshot: they had no staff then to make a return of.

    A merger that founds a new code would otherwise wait for a return that nobody owed.

    Args:
        pool: codes, as `predecessor_groups` gives them.
        opened: the opening date of each organisation, ISO.
        year: this year.
    """
    return [code for code in pool if opened.get(code, "") < year.entries_from.isoformat()]


def _with_predecessors(code: str, taken_over: dict[str, list[str]]) -> set[str]:
    codes = {code}
    for predecessor in taken_over.get(code, []):
        codes |= _with_predecessors(predecessor, taken_over)
    return codes


def _default_table(file_name: str) -> "pd.DataFrame":
    import pandas as pd

    return pd.read_csv(_SHIPPED / file_name, dtype=str, keep_default_na=False)
