"""Files that bring organisations and successions in: ODS etr.csv, the project's own register file, merger lists."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wres.errors import WresError
from wres.reference.reference_csv import iso_date, raise_line_error, read_rows
from wres.reference.register import GROUP_TYPES, REGISTER_COLUMNS, SUCCESSION_COLUMNS
from wres.reference.register_rows import Row, check_code, check_organisation, names_match, ods_row, project_row
from wres.reference.successions import check_successions

if TYPE_CHECKING:
    import pandas as pd

# The headers of a succession file: the project's own, and that of the merger lists in circulation.
_SUCCESSION_HEADERS = (
    SUCCESSION_COLUMNS,
    SUCCESSION_COLUMNS[:3],
    ("trust_code_old", "trust_code_new", "from_date"),
)
_EDITION = re.compile(r", edition (\d{4}-\d{2}-\d{2})$")
_TYPES_IN_NAMES = (
    ("ambulance", "ambulance"),
    ("mental health", "mental_health"),
    ("community", "community"),
)


def read_organisations_file(path: Path) -> "pd.DataFrame":
    """Return an ODS etr.csv (27 columns, no header; ect.csv and eccg.csv alike), or the project's own register file.

    Returns:
        A register frame (REGISTER_COLUMNS, all text), one row per organisation of the file, in the file's order. From
        an ODS file the type is `unknown`: ODS does not say it.

    Raises:
        WresError: the first thing that is wrong, with its line and what to do.
    """
    import pandas as pd

    rows = read_rows(path)
    line, first = rows[0]
    if "code" in first:
        if sorted(first) != sorted(REGISTER_COLUMNS):
            raise_line_error(path, line, "the header is not the register's", f"use {', '.join(REGISTER_COLUMNS)}")
        organisations = [project_row(first, row, path, line) for line, row in rows[1:]]
    else:
        organisations = [ods_row(row, path, line) for line, row in rows]
    if not organisations:
        raise WresError(f"{path.name} holds no organisations: give a file with at least one.")
    seen: set[str] = set()
    for (line, _), organisation in zip(rows[len(rows) - len(organisations) :], organisations, strict=True):
        check_organisation(organisation, path, line)
        if organisation["code"] in seen:
            raise_line_error(path, line, f"{organisation['code']} is there twice", "keep one row for each code")
        seen.add(organisation["code"])
    return pd.DataFrame(organisations, columns=list(REGISTER_COLUMNS), dtype=str)


def is_project_file(path: Path) -> bool:
    """Return whether a file of organisations is the project's own, which has a header, and not one of ODS."""
    return "code" in read_rows(path)[0][1]


def find_edition(register: "pd.DataFrame", groups: Collection[str], today: date) -> date | None:
    """Return the day up to which a file or the register knows what happened to these groups of organisations.

    ODS writes no edition into its files. It is the one that was given when a file was loaded, as the rows' source says,
    else the newest opening or closing that is not in the future.
    """
    rows = [row for row in _to_records(register) if row["organisation_group"] in groups]
    days = [row[column] for row in rows for column in ("opened", "closed") if row[column]]
    days += [edition[1] for row in rows if (edition := _EDITION.search(row["source"]))]
    return max((day for day in map(_parse_day, days) if day and day <= today), default=None)


def add_edition(rows: "pd.DataFrame", edition: date) -> "pd.DataFrame":
    """Return the rows of an ODS file whose source says the edition."""
    return rows.assign(source=rows["source"] + f", edition {edition}")


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_succession_file(path: Path) -> "pd.DataFrame":
    """Read a merger list: predecessor, successor, from_date, or trust_code_old, trust_code_new, from_date.

    Returns:
        A succession frame (SUCCESSION_COLUMNS, all text), one row per predecessor, in the file's order.

    Raises:
        WresError: the first thing that is wrong, with its line and what to do.
    """
    import pandas as pd

    (line, header), *rows = read_rows(path)
    if tuple(header) not in _SUCCESSION_HEADERS:
        raise_line_error(
            path, line, "there is no header for successions", f"begin with {','.join(SUCCESSION_COLUMNS[:3])}"
        )
    successions = []
    for line, row in rows:
        if len(row) != len(header):
            raise_line_error(path, line, f"there are {len(row)} columns", f"use the {len(header)} of the header")
        for code in row[:2]:
            check_code(code, path, line)
        from_date = iso_date(row[2], path, line) or raise_line_error(
            path, line, "there is no date", "give the legal one"
        )
        successions.append((*row[:2], from_date, row[3] if len(row) > 3 else f"loaded from {path.name}"))
    frame = pd.DataFrame(successions, columns=list(SUCCESSION_COLUMNS), dtype=str)
    check_successions(frame)
    return frame


@dataclass(frozen=True, slots=True)
class MergedRegister:
    """The register with a file taken in, and what that changed, by code; `changed` and `kept` name the columns.

    `kept` is where the file says something else, or nothing, and the register's own value stays.
    """

    register: "pd.DataFrame"
    added: tuple[str, ...]
    closed: tuple[str, ...]
    reopened: tuple[str, ...]
    changed: dict[str, tuple[str, ...]]
    kept: dict[str, tuple[str, ...]]

    def summary(self) -> dict[str, Any]:
        """Return what changed, a line a fact; `without_type` are organisations that wait for a type."""
        untyped = self.register.loc[self.register["organisation_type"] == "unknown", "code"]
        rows = {row["code"]: row for row in _to_records(self.register)}
        return {
            "organisations": len(self.register),
            "added": list(self.added),
            "closed": list(self.closed),
            "reopened": list(self.reopened),
            "changed": [f"{code} ({', '.join(columns)})" for code, columns in self.changed.items()],
            "kept_against_the_file": [
                f"{code} ({', '.join(f'{column} {rows[code][column]}' for column in columns)})"
                for code, columns in self.kept.items()
            ],
            "without_type": [code for code in untyped if code in self.added],
        }


def merge_register(
    old: "pd.DataFrame", new: "pd.DataFrame", *, own: bool = False, older: bool = False
) -> MergedRegister:
    """Return the register with a loaded file taken in; what the file leaves empty stays as it was known.

    An empty closing date of ODS never erases a known one: an older edition of the file (loaded for a year gone by)
    cannot know of later closings, and ODS gives an organisation that starts again a new code. The project's own file
    can: whoever wrote it means it. Nor is an organisation removed because a file does not list it. Known types stay,
    unless the file gives one; a new code's type is that of its group or, for a trust, taken from its name where that
    says it. A name that differs in capitals only keeps the spelling of the register.

    Args:
        old: the register in force (REGISTER_COLUMNS).
        new: what `read_organisations_file` read.
        own: whether that is the project's own file.
        older: whether it is an older edition than the register knows: then it adds organisations and what is not known
            of the others, and turns nothing back.

    Returns:
        The merged register in order of code, with what was added, closed, reopened, changed and kept (where a row comes
        from aside).
    """
    import pandas as pd

    known = {row["code"]: row for row in _to_records(old)}
    loaded = {row["code"]: row for row in _to_records(new)}
    merged = known | {code: _merge_rows(known.get(code), row, own=own, older=older) for code, row in loaded.items()}
    rows = [merged[code] for code in sorted(merged)]
    differing = {code: _differing_columns(merged[code], known[code]) for code in sorted(known)}
    kept = {code: _columns_kept(merged[code], loaded[code]) for code in sorted(known.keys() & loaded.keys())}
    return MergedRegister(
        register=pd.DataFrame(rows, columns=list(REGISTER_COLUMNS), dtype=str),
        added=tuple(sorted(merged.keys() - known.keys())),
        closed=tuple(code for code in differing if merged[code]["closed"] and not known[code]["closed"]),
        reopened=tuple(code for code in differing if known[code]["closed"] and not merged[code]["closed"]),
        changed={code: columns for code, columns in differing.items() if columns},
        kept={code: columns for code, columns in kept.items() if columns},
    )


def _differing_columns(merged: Row, known: Row) -> tuple[str, ...]:
    return tuple(column for column in REGISTER_COLUMNS[:-1] if merged[column] != known[column])


def _columns_kept(merged: Row, loaded: Row) -> tuple[str, ...]:
    """List the columns in which the file differs from what is kept, or lacks a closing date that is kept."""
    columns = [column for column in ("region_code", "icb_code", "country", "opened") if loaded[column]]
    columns_kept = [column for column in (*columns, "closed") if loaded[column] != merged[column]]
    return tuple(columns_kept if names_match(loaded["name"], merged["name"]) else ["name", *columns_kept])


def _merge_rows(old: Row | None, new: Row, *, own: bool, older: bool) -> Row:
    """Return an organisation's row as the file and the register together have it."""
    merged = {**(old or {}), **{column: value for column, value in new.items() if value or not old}}
    if old and older:
        merged = {column: old[column] or value for column, value in new.items()}
    if old and own:
        merged["closed"] = new["closed"]
    if old and new["organisation_type"] == "unknown":
        merged |= {column: old[column] for column in ("organisation_type", "type_source")}
    if old and names_match(old["name"], new["name"]):
        merged["name"] = old["name"]
    if old and not older and new["icb_code"] not in ("", old["icb_code"]):
        merged["icb_name"] = new["icb_name"]
    if merged["country"] == "W":  # no area of England's is known of it any more
        merged |= dict.fromkeys(("region_code", "region_name", "icb_code", "icb_name"), "")
    if merged["organisation_type"] == "unknown":
        merged |= _choose_type(merged["organisation_group"], merged["name"])
    return merged


def _choose_type(organisation_group: str, name: str) -> Row:
    """Choose the type of an organisation whose file gives none: its group's, or by the name of a trust."""
    if organisation_group in GROUP_TYPES:
        return {"organisation_type": GROUP_TYPES[organisation_group], "type_source": "its group"}
    words = name.casefold()
    for sign, organisation_type in _TYPES_IN_NAMES:
        if sign in words and "hospital" not in words:
            return {"organisation_type": organisation_type, "type_source": "its name"}
    return {}


def _to_records(register: "pd.DataFrame") -> list[Row]:
    return [{str(key): str(value) for key, value in row.items()} for row in register.to_dict(orient="records")]
