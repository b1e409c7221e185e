"""Look up the text of a placeholder: a sentence, or one figure of a published table, by name."""

from collections.abc import Mapping
from dataclasses import dataclass

from wres.commentary.sentences import Sentences
from wres.errors import WresError
from wres.outputs.formatting import PublishedRow, Tables, rows_of
from wres.outputs.metadata import ReleaseMetadata

# Placeholder and table. Of those with a level the nation's row is meant, and always that of all organisations.
_NATIONAL = {name: name for name in ("national", "goals", "goal_distance", "coverage", "comparison")}
_PLACES = {"region": "region", "type": "organisation_type", "organisation": "organisation"}
_FORMS = (
    "sentence.NAME, year, last_year, edition, "
    + ", ".join(f"{name}.COLUMN" for name in _NATIONAL)
    + ", "
    + ", ".join(f"{name}.CODE.COLUMN" for name in _PLACES)
    + " (and .YEAR at the end for another year)"
)
_SHOWN = 12  # codes named in an error


@dataclass(frozen=True, slots=True)
class Placeholder:
    """The text of a placeholder; `text` is None where there is no figure to show, and `why` says so."""

    text: str | None
    why: str = ""


class Figures:
    """Every placeholder of one release."""

    def __init__(self, tables: Tables, about: ReleaseMetadata) -> None:
        self._tables = tables
        self._year = about.collection_year
        self._sentences = Sentences(tables, self._year, _protection(about)).by_name
        self._plain = {"year": str(self._year), "last_year": str(self._year - 1), "edition": about.edition}

    def find(self, name: str) -> Placeholder:
        """Look a placeholder up.

        Raises:
            WresError: there is none of this name; says which there are.
        """
        if name in self._plain:
            return Placeholder(self._plain[name])
        root, *parts = name.split(".")
        if root == "sentence" and len(parts) == 1:
            if parts[0] not in self._sentences:
                raise _unknown(name, f"Sentences are: {', '.join(self._sentences)}")
            return Placeholder(self._sentences[parts[0]]())
        year = self._year
        if len(parts) > 1 and parts[-1].isdecimal() and len(parts[-1]) == 4:
            year = int(parts.pop())
        if root in _NATIONAL and len(parts) == 1:
            return self._figure(name, _by_year(self._national(_NATIONAL[root])), year, parts[0])
        if root in _PLACES and len(parts) == 2:
            return self._figure(name, self._place(name, _PLACES[root], parts[0]), year, parts[1])
        raise _unknown(name, f"Placeholders are: {_FORMS}")

    def _national(self, table: str) -> list[PublishedRow]:
        rows = [row for row in rows_of(self._tables, table) if row["organisation_group"] == "all"]
        return [row for row in rows if row.get("level") in (None, "national")]

    def _place(self, name: str, table: str, code: str) -> Mapping[int, PublishedRow]:
        """Return the rows of an organisation, region or type, by year."""
        rows = [
            row for row in rows_of(self._tables, table) if table == "organisation" or row["organisation_group"] == "all"
        ]
        of_code = [row for row in rows if row["code"] == code]
        if not of_code:
            codes = sorted({row["code"] for row in rows})
            more = f" and {len(codes) - _SHOWN} more" if len(codes) > _SHOWN else ""
            raise _unknown(name, f"Codes are: {', '.join(codes[:_SHOWN])}{more}")
        return _by_year(of_code)

    @staticmethod
    def _figure(name: str, rows: Mapping[int, PublishedRow], year: int, column: str) -> Placeholder:
        """Return a figure as text, or why there is none."""
        if year not in rows:
            raise _unknown(name, f"Years are: {', '.join(map(str, sorted(rows))) or 'none'}")
        row = rows[year]
        if column not in row:
            raise _unknown(name, f"Columns are: {', '.join(row.columns)}")
        if row[column] is None:
            return Placeholder(
                None, "is not published (small numbers)" if row.is_held_back(column) else "has no figure"
            )
        return Placeholder(row.text(column))


def _protection(about: ReleaseMetadata) -> list[str]:
    """Return the notes on disclosure control for readers of the text alone."""
    return list(about.disclosure_notes)


def _by_year(rows: list[PublishedRow]) -> dict[int, PublishedRow]:
    return {row["collection_year"]: row for row in rows}


def _unknown(name: str, there_are: str) -> WresError:
    return WresError(f"there is no placeholder {{{name}}}. {there_are}.")
