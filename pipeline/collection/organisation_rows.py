"""A row of a file of organisations: what it says, and whether the register can take it."""

import re
from pathlib import Path

from pipeline.collection.calendar import ORGANISATION_GROUPS
from pipeline.collection.csv_rows import iso_date, refuse
from pipeline.collection.names import usual_capitals
from pipeline.collection.register import ORGANISATION_TYPES, area_names

Row = dict[str, str]

_ODS_COLUMNS = 27
# What ODS writes where there is no area: the whole of Wales, and an English organisation outside every area.
_WALES = "W00"
_NO_ICB = ("", "Q99")


def ods_row(row: list[str], path: Path, line: int) -> Row:
    """A row of ODS etr.csv as a row of the register; ODS does not say the type."""
    if len(row) != _ODS_COLUMNS:
        remedy = f"an ODS file has {_ODS_COLUMNS} and no header, the project's own a header with code, name and so on"
        refuse(path, line, f"there are {len(row)} columns", remedy)
    code, name, region, icb = row[:4]
    # ODS gives practices, sites and commissioners in files of the very same shape.
    if "TRUST" not in name.upper().split():
        refuse(path, line, f"{code} ({name}) is not called a trust", "load etr.csv or ect.csv of ODS")
    country = "W" if region == _WALES or row[23] == "W" else "E"
    region, icb = ("", "") if country == "W" else (region, "" if icb in _NO_ICB else icb)
    return {
        "code": code,
        "name": usual_capitals(name),
        "organisation_group": "trust",
        "organisation_type": "unknown",
        "region_code": region,
        "region_name": area_names("region").get(region, ""),
        "icb_code": icb,
        "icb_name": area_names("icb").get(icb, ""),
        "country": country,
        "opened": iso_date(row[10], path, line),
        "closed": iso_date(row[11], path, line),
        "type_source": "",
        "source": f"ODS file {path.name}",
    }


def own_row(header: list[str], row: list[str], path: Path, line: int) -> Row:
    """A row of the project's own register file."""
    if len(row) != len(header):
        refuse(path, line, f"there are {len(row)} columns", f"use the {len(header)} of the header")
    given = dict(zip(header, row, strict=True))
    return given | {column: iso_date(given[column], path, line) for column in ("opened", "closed")}


def check_organisation(organisation: Row, path: Path, line: int) -> None:
    """Refuse a row whose code, group, type, country, region or dates the register cannot take."""
    check_code(organisation["code"], path, line)
    allowed = {
        "organisation_group": ORGANISATION_GROUPS,
        "organisation_type": ORGANISATION_TYPES,
        "country": ("E", "W"),
        "region_code": tuple(area_names("region")) if organisation["country"] == "E" else ("",),
        "region_name": (area_names("region").get(organisation["region_code"], ""),),
    }
    for column, values in allowed.items():
        if organisation[column] not in values:
            remedy = f"use {' or '.join(values) or 'none'}"
            refuse(path, line, f"{organisation['code']} has the {column} {organisation[column]!r}", remedy)
    if not organisation["name"] or not organisation["opened"]:
        refuse(path, line, f"{organisation['code']} lacks its name or opening date", "give both")
    if organisation["closed"] and organisation["closed"] < organisation["opened"]:
        refuse(path, line, f"{organisation['code']} closes before it opens", "correct the dates")


def check_code(code: str, path: Path, line: int) -> None:
    """Refuse what is not a code of the Organisation Data Service."""
    if not re.fullmatch(r"[A-Z0-9]{3,6}", code):
        refuse(path, line, f"{code!r} is not an ODS code", "use three to six capitals and digits")
