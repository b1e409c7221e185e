"""Which rows of the CSV files each table of a page must show, and where a page differs from them."""

import re
from collections.abc import Callable, Iterator, Sequence

from tests.site.page_reader import SYMBOLS, Page, Release, Row, Schema, Table

FOLDERS = {"organisation": "organisation", "region": "region", "type": "organisation_type"}
RATIO = "relative_likelihood"
ENDS = (f"{RATIO}_lower", f"{RATIO}_upper")
BY_YEAR = {
    "Relative likelihood by year",
    "Likelihoods and counts by year",
    "Relative likelihood within and between organisations, by year",
}
RANGES = "Organisations within, above and below range"
UNKNOWN = "unknown"


class Subject:
    """What a page is about, with the rows of the files that it may show."""

    def __init__(self, release: Release, schema: Schema, path: str) -> None:
        self.release, self.schema, self.path = release, schema, path
        folder, _, file = path.rpartition("/")
        self.level = FOLDERS.get(folder, "national")
        self.code = re.sub(r"-\d+$", "", file.removesuffix(".html")) if folder else "ENG"

    @property
    def series(self) -> list[Row]:
        """A row a year."""
        if self.level == "organisation":
            rows = self.release.rows("organisation_series", code=self.code)
            return rows or self.release.rows("organisation", code=self.code)
        return self.release.rows(self.level, code=self.code, organisation_group="all")

    @property
    def now(self) -> Row | None:
        if self.level == "organisation":
            rows = self.release.rows("organisation", code=self.code, collection_year=self.release.year)
        else:
            rows = [row for row in self.series if row["collection_year"] == self.release.year]
        return rows[0] if rows else None

    def of_year(self, table: str, **wanted: str) -> list[Row]:
        return self.release.rows(table, collection_year=self.release.year, **wanted)

    @property
    def moved(self) -> list[Row]:
        """Its rows of `improvement`."""
        group = self.series[-1]["organisation_group"] if self.level == "organisation" else "all"
        return self.of_year("improvement", level=self.level, code=self.code, organisation_group=group)

    @property
    def around(self) -> list[Row]:
        """An organisation, then its region, its type and the nation, of its own group."""
        now = self.now
        assert now is not None
        places = {
            "region": now["region_code"],
            "organisation_type": now["organisation_type"],
            "national": "ENG",
        }
        rows = [now]
        for table, code in places.items():
            place = UNKNOWN if code in SYMBOLS else code
            rows += self.of_year(table, code=place, organisation_group=now["organisation_group"])
        return rows

    def siblings(self, title: str) -> list[Row]:
        """The regions or types that a comparison shows, in the order of their names, and the nation."""
        is_of_regions = title.startswith("Regions") or self.level == "region"
        rows = self.of_year("region" if is_of_regions else "organisation_type", organisation_group="all")
        nation = self.of_year("national", organisation_group="all")
        return sorted(rows, key=lambda row: row["name"]) + nation

    def members(self, year: str) -> list[Row]:
        """The organisations of a region or type in a year."""
        column = "region_code" if self.level == "region" else "organisation_type"
        rows = self.release.rows("organisation", collection_year=year)
        if self.level == "national":
            return rows
        return [row for row in rows if (UNKNOWN if row[column] in SYMBOLS else row[column]) == self.code]


def table_differences(subject: Subject, page: Page) -> Iterator[str]:
    """Where the tables of a page are not those of the files."""
    for table in page.tables:
        if table.caption == "Tables as files":
            continue
        if table.headers[:2] == ["Organisation", "Code"]:
            yield from _list_differences(subject, table)
        elif table.caption == RANGES:
            yield from _range_differences(subject, table)
        else:
            rows, keys = _expected(subject, table)
            yield from _cell_differences(subject, table, rows, keys)


def _expected(subject: Subject, table: Table) -> tuple[list[Row], Sequence[str]]:
    """The rows that a table must show, and the columns that identify each row."""
    caption, codes = table.caption.removesuffix(f", {subject.release.year}"), {cells[1] for cells in table.rows}
    rows_of: dict[str, tuple[Callable[[], list[Row]], Sequence[str]]] = {
        **dict.fromkeys(BY_YEAR, (lambda: subject.series, ("collection_year",))),
        "Organisations within range against the goals": (
            lambda: subject.release.rows("goals", organisation_group="all"),
            ("collection_year",),
        ),
        "What changed, and whether it is more than chance": (lambda: subject.moved, ("years_between", "measure")),
        "The organisation's own limits": (lambda: subject.of_year("funnel", code=subject.code), ("measure",)),
        "Beside its region, its type and England": (lambda: subject.around, ("name", "organisations")),
        **dict.fromkeys(
            ("Regions beside England", "Types of organisation beside England", "Beside the others"),
            (lambda: subject.siblings(caption), ("name",)),
        ),
    }
    if caption.endswith(" and its peers"):
        return [row for row in subject.of_year("organisation") if row["code"] in codes], ("code",)
    rows, keys = rows_of[caption]
    return rows(), keys


def _cell_differences(subject: Subject, table: Table, rows: list[Row], keys: Sequence[str]) -> Iterator[str]:
    schema = subject.schema
    names = {schema.title(name): name for row in rows for name in row}
    columns = [names[header] for header in table.headers]
    expected = {tuple(schema.words(key, row[key]) for key in keys): row for row in rows}
    if len(expected) != len(table.rows):
        yield f"{subject.path}: {table.caption}: {len(table.rows)} rows for {len(expected)}"
    for cells in table.rows:
        shown = dict(zip(columns, cells, strict=True))
        row = expected[tuple(shown[key] for key in keys)]
        for name, text in shown.items():
            wanted = schema.words(name, row[name]) if name in row else "[z]"
            if text != wanted:
                yield f"{subject.path}: {table.caption}: {cells[0]}, {name}: {text}, not {wanted}"


def _range_differences(subject: Subject, table: Table) -> Iterator[str]:
    for year, *counts in table.rows:
        ranges = [row["range"] for row in subject.members(year)]
        wanted = [str(ranges.count(kind)) for kind in ("within", "above", "below", "c")]
        if counts != wanted:
            yield f"{subject.path}: {table.caption}: {year}: {counts}, not {wanted}"


def _list_differences(subject: Subject, table: Table) -> Iterator[str]:
    """Where a list of organisations is not that of the file; those without a return have no figures."""
    rows = {row["code"]: row for row in subject.of_year("organisation")}
    for cells in table.rows:
        shown = dict(zip(table.headers, cells, strict=True))
        row = rows.get(shown["Code"])
        wanted = {"Relative likelihood": "", "95% interval": "", "Since last year": ""}
        if row is not None:
            moved = subject.of_year(
                "improvement", level="organisation", code=row["code"], measure=RATIO, years_between="1"
            )
            wanted = {
                "Organisation": row["name"],
                "Relative likelihood": ratio(subject.schema, row),
                "95% interval": interval(subject.schema, row),
                "Range": subject.schema.words("range", row["range"]),
                "Since last year": subject.schema.words("verdict", moved[0]["verdict"]) if moved else "",
            }
        different = {name: (shown[name], text) for name, text in wanted.items() if shown[name] != text}
        if different:
            yield f"{subject.path}: {table.caption}: {shown['Code']}: {different}"


def ratio(schema: Schema, row: Row) -> str:
    """A ratio as pages show it, marked where it rests on few people."""
    is_low = row[RATIO] not in SYMBOLS and row.get("reliability") in ("low", "not_judged")
    return schema.words(RATIO, row[RATIO]) + (" [u]" if is_low else "")


def interval(schema: Schema, row: Row) -> str:
    """An interval as pages show it, or its symbol."""
    lower, upper = (schema.words(end, row[end]) for end in ENDS)
    return lower if row[ENDS[1]] in SYMBOLS else f"{lower} to {upper}"
