"""Files that bring organisations and successions in: ODS etr.csv, the project's own register file, merger lists."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.collection.csv_rows import iso_date, read_rows, refuse
from pipeline.collection.names import same_name
from pipeline.collection.organisation_rows import Row, check_code, check_organisation, ods_row, own_row
from pipeline.collection.register import GROUP_TYPES, REGISTER_COLUMNS, SUCCESSION_COLUMNS
from pipeline.collection.successions import check_successions
from pipeline.errors import WresError

if TYPE_CHECKING:
    import pandas as pd

# The headers of a succession file: the project's own, and that of the merger lists in circulation.
_SUCCESSION_HEADERS = (
    SUCCESSION_COLUMNS,
    SUCCESSION_COLUMNS[:3],
    ("trust_code_old", "trust_code_new", "from_date"),
)
_TYPES_IN_NAMES = (
    ("ambulance", "ambulance"),
    ("mental health", "mental_health"),
    ("community", "community"),
)


def read_organisations_file(path: Path) -> "pd.DataFrame":
    """An ODS etr.csv (27 columns, no header; ect.csv and eccg.csv alike), or the project's own register file.

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
            refuse(path, line, "the header is not the register's", f"use {', '.join(REGISTER_COLUMNS)}")
        organisations = [own_row(first, row, path, line) for line, row in rows[1:]]
    else:
        organisations = [ods_row(row, path, line) for line, row in rows]
    if not organisations:
        raise WresError(f"{path.name} holds no organisations: give a file with at least one.")
    seen: set[str] = set()
    for (line, _), organisation in zip(rows[len(rows) - len(organisations) :], organisations, strict=True):
        check_organisation(organisation, path, line)
        if organisation["code"] in seen:
            refuse(path, line, f"{organisation['code']} is there twice", "keep one row for each code")
        seen.add(organisation["code"])
    return pd.DataFrame(organisations, columns=list(REGISTER_COLUMNS), dtype=str)


def read_succession_file(path: Path) -> "pd.DataFrame":
    """A merger list: predecessor, successor, from_date (and source), or trust_code_old, trust_code_new, from_date.

    Returns:
        A succession frame (SUCCESSION_COLUMNS, all text), one row per predecessor, in the file's order.

    Raises:
        WresError: the first thing that is wrong, with its line and what to do.
    """
    import pandas as pd

    (line, header), *rows = read_rows(path)
    if tuple(header) not in _SUCCESSION_HEADERS:
        refuse(path, line, "there is no header for successions", f"begin with {','.join(SUCCESSION_COLUMNS[:3])}")
    successions = []
    for line, row in rows:
        if len(row) != len(header):
            refuse(path, line, f"there are {len(row)} columns", f"use the {len(header)} of the header")
        for code in row[:2]:
            check_code(code, path, line)
        from_date = iso_date(row[2], path, line) or refuse(path, line, "there is no date", "give the legal one")
        successions.append((*row[:2], from_date, row[3] if len(row) > 3 else f"loaded from {path.name}"))
    frame = pd.DataFrame(successions, columns=list(SUCCESSION_COLUMNS), dtype=str)
    check_successions(frame)
    return frame


@dataclass(frozen=True, slots=True)
class MergedRegister:
    """The register with a file taken in, and what that changed, by code; `changed` names the columns."""

    register: "pd.DataFrame"
    added: tuple[str, ...]
    closed: tuple[str, ...]
    changed: dict[str, tuple[str, ...]]

    def summary(self) -> dict[str, Any]:
        """What changed, a line a fact; `without_type` are organisations that wait for a type."""
        untyped = self.register.loc[self.register["organisation_type"] == "unknown", "code"]
        return {
            "organisations": len(self.register),
            "added": list(self.added),
            "closed": list(self.closed),
            "changed": [f"{code} ({', '.join(columns)})" for code, columns in self.changed.items()],
            "without_type": [code for code in untyped if code in self.added],
        }


def merge_register(old: "pd.DataFrame", new: "pd.DataFrame") -> MergedRegister:
    """The register with a loaded file taken in; what the file leaves empty stays as it was known.

    An empty closing date never erases a known one: an older edition of the file (loaded for a year gone by) cannot
    know of later closings, and ODS gives an organisation that starts again a new code. Nor is an organisation removed
    because a file does not list it. Known types stay, unless the file gives one; a new code's type is that of its group
    or, for a trust, taken from its name where that says it. A name that differs in capitals only keeps the spelling of
    the register.

    Args:
        old: the register in force (REGISTER_COLUMNS).
        new: what `read_organisations_file` read.

    Returns:
        The merged register in order of code, with what was added, closed and changed (where a row comes from aside).
    """
    import pandas as pd

    known = {row["code"]: row for row in _records(old)}
    merged = known | {row["code"]: _merged(known.get(row["code"]), row) for row in _records(new)}
    rows = [merged[code] for code in sorted(merged)]
    differing = {
        code: tuple(column for column in REGISTER_COLUMNS[:-1] if merged[code][column] != known[code][column])
        for code in sorted(known)
    }
    return MergedRegister(
        register=pd.DataFrame(rows, columns=list(REGISTER_COLUMNS), dtype=str),
        added=tuple(sorted(merged.keys() - known.keys())),
        closed=tuple(code for code in differing if merged[code]["closed"] and not known[code]["closed"]),
        changed={code: columns for code, columns in differing.items() if columns},
    )


def _merged(old: Row | None, new: Row) -> Row:
    merged = {**(old or {}), **{column: value for column, value in new.items() if value or not old}}
    if old and new["organisation_type"] == "unknown":
        merged |= {column: old[column] for column in ("organisation_type", "type_source")}
    if old and same_name(old["name"], new["name"]):
        merged["name"] = old["name"]
    if old and new["icb_code"] not in ("", old["icb_code"]):
        merged["icb_name"] = new["icb_name"]
    if merged["organisation_type"] == "unknown":
        merged |= _type_of(merged["organisation_group"], merged["name"])
    return merged


def _type_of(organisation_group: str, name: str) -> Row:
    """The type of an organisation whose file does not give it: its group's own, or for a trust what its name says."""
    if organisation_group in GROUP_TYPES:
        return {"organisation_type": GROUP_TYPES[organisation_group], "type_source": "its group"}
    words = name.casefold()
    for sign, organisation_type in _TYPES_IN_NAMES:
        if sign in words and "hospital" not in words:
            return {"organisation_type": organisation_type, "type_source": "its name"}
    return {}


def _records(register: "pd.DataFrame") -> list[Row]:
    return [{str(key): str(value) for key, value in row.items()} for row in register.to_dict(orient="records")]
