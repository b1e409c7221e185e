"""Read a row of a file of organisations: what it says, how names are written, and whether the register can take it."""

import re
from pathlib import Path

from wres.reference.reference_csv import iso_date, raise_line_error
from wres.reference.register import area_names, organisation_types
from wres.reference.year_config import ORGANISATION_GROUPS

Row = dict[str, str]

_ODS_COLUMNS = 27
# What ODS writes where there is no area: the whole of Wales, and an English organisation outside every area.
_WALES = "W00"
_NO_ICB = ("", "Q99")
# Words of a name that say which group an organisation is of. After June 2022 the codes of commissioning groups go on in
# ODS as places within a care board, under other names.
_GROUPS_IN_NAMES = (("TRUST", "trust"), ("CCG", "ccg"))
# The Health and Care Act 2022 ended every one of them; an edition of ODS from before that day does not say so.
_LAST_DAY_OF_CCGS = "2022-06-30"


def ods_row(row: list[str], path: Path, line: int) -> Row:
    """Return a row of ODS etr.csv or eccg.csv as a row of the register; ODS does not say the type of a trust."""
    if len(row) != _ODS_COLUMNS:
        remedy = f"an ODS file has {_ODS_COLUMNS} and no header, the project's own a header with code, name and so on"
        raise_line_error(path, line, f"there are {len(row)} columns", remedy)
    code, name, region, icb = row[:4]
    # ODS gives practices, sites and offices in files of the very same shape.
    words = name.upper().split()
    group = next((group for word, group in _GROUPS_IN_NAMES if word in words), None)
    if group is None:
        remedy = "load etr.csv, ect.csv or an eccg.csv of before July 2022 of ODS"
        raise_line_error(path, line, f"{code} ({name}) is called neither a trust nor a CCG", remedy)
    country = "W" if region == _WALES or row[23] == "W" else "E"
    region, icb = ("", "") if country == "W" else (region, "" if icb in _NO_ICB else icb)
    return {
        "code": code,
        "name": title_case(name),
        "organisation_group": group,
        "organisation_type": "unknown",
        "region_code": region,
        "region_name": area_names("region").get(region, ""),
        "icb_code": icb,
        "icb_name": area_names("icb").get(icb, ""),
        "country": country,
        "opened": iso_date(row[10], path, line),
        "closed": iso_date(row[11], path, line) or (_LAST_DAY_OF_CCGS if group == "ccg" else ""),
        "type_source": "",
        "source": f"ODS file {path.name}",
    }


def project_row(header: list[str], row: list[str], path: Path, line: int) -> Row:
    """Return a row of the project's own register file."""
    if len(row) != len(header):
        raise_line_error(path, line, f"there are {len(row)} columns", f"use the {len(header)} of the header")
    fields = dict(zip(header, row, strict=True))
    return fields | {column: iso_date(fields[column], path, line) for column in ("opened", "closed")}


def check_organisation(organisation: Row, path: Path, line: int) -> None:
    """Refuse a row whose code, group, type, country, region or dates the register cannot take."""
    check_code(organisation["code"], path, line)
    allowed = {
        "organisation_group": ORGANISATION_GROUPS,
        "organisation_type": organisation_types(organisation["organisation_group"]),
        "country": ("E", "W"),
        "region_code": _read_regions(organisation),
        "region_name": (area_names("region").get(organisation["region_code"], ""),),
    }
    for column, values in allowed.items():
        if organisation[column] not in values:
            remedy = f"use {' or '.join(value or 'none' for value in values)}"
            raise_line_error(path, line, f"{organisation['code']} has the {column} {organisation[column]!r}", remedy)
    if not organisation["name"] or not organisation["opened"]:
        raise_line_error(path, line, f"{organisation['code']} lacks its name or opening date", "give both")
    if organisation["closed"] and organisation["closed"] < organisation["opened"]:
        raise_line_error(path, line, f"{organisation['code']} closes before it opens", "correct the dates")


def _read_regions(organisation: Row) -> tuple[str, ...]:
    """Return the regions that an organisation can have: none in Wales, and for a national body none at need."""
    if organisation["country"] != "E":
        return ("",)
    return (*area_names("region"), *([""] if organisation["organisation_group"] == "alb" else []))


def check_code(code: str, path: Path, line: int) -> None:
    """Refuse what is not a code of the Organisation Data Service."""
    if not re.fullmatch(r"[A-Z0-9]{3,6}", code):
        raise_line_error(path, line, f"{code!r} is not an ODS code", "use three to six capitals and digits")


_CAPITALS = {"NHS", "CCG", "ICB"}
_SMALL = {"and", "for", "in", "of", "on", "the", "under", "upon"}
# A word with its apostrophe, so that King's keeps a small s and Thomas' stays whole.
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]*)?")


def title_case(name: str) -> str:
    """Return a name in the field's usual capitals, its spaces made single.

    A name that already has a small letter was written by somebody and keeps its letters as they are.
    """
    name = " ".join(name.split())
    if name != name.upper():
        return name
    return _WORD.sub(lambda match: _capitalise_word(match.group(), first=match.start() == 0), name)


def names_match(text: str, other: str) -> bool:
    """Return whether two names differ in nothing but capitals, spaces and punctuation."""
    return _strip_name(text) == _strip_name(other)


def _capitalise_word(word: str, *, first: bool) -> str:
    if word in _CAPITALS:
        return word
    small = word.lower()
    return small if small in _SMALL and not first else small.capitalize()


def _strip_name(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
