"""The tables on a page: the data behind each drawing, and the lists of organisations."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from wres.charts.bars import HIDDEN, RANGES, Bar, range_bars
from wres.charts.svg import Chart
from wres.outputs.formatting import RATIO, PublishedRow, Tables, ratio_text, rows_of
from wres.outputs.group_columns import page_columns
from wres.site.areas import Area, Areas

NO_RETURN = "No return"
LONGEST = 500  # rows of a list on one page; more go on further pages


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """A table on a page: its caption, each header with whether figures stand under it, and the rows as text.

    `csv` writes the same for programs; `links` are paths from the folder of the release by text of the first column.
    """

    caption: str
    headers: list[tuple[str, bool]]
    rows: list[list[str]]
    csv: Callable[[], str]
    links: Mapping[str, str] = field(default_factory=dict)
    is_named: bool = False  # whether names stand in the first column, which then has room for them

    def body(self) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
        """Return each row: its first cell, and every other cell with whether it is a figure."""
        figures = [is_figure for _, is_figure in self.headers[1:]]
        for first, *cells in self.rows:
            yield first, list(zip(cells, figures, strict=True))


@dataclass(frozen=True, slots=True)
class PageFigure:
    """A drawing on a page, what helps to read it, its tables, and the whole table as a file where it shows a part."""

    chart: Chart
    reading: str
    sheets: list[HtmlTable]
    file: str = ""
    rule: str = ""  # the section of the method that says how it is made, and what the link to it says
    rule_words: str = ""


@dataclass(frozen=True, slots=True)
class ListItem:
    """An organisation in a list."""

    name: str
    code: str
    path: str  # its page; empty where it has none
    region_name: str
    type: str
    ratio: str
    interval: str
    range: str
    change: str
    has_closed: bool = False  # and has no figures of the year

    @property
    def letter(self) -> str:
        """Return the letter that it is listed under; 0 where its name begins with none."""
        first = self.name[:1].upper()
        return first if first.isascii() and first.isalpha() else "0"


def html_table(
    caption: str, rows: Sequence[PublishedRow], page_table: str, links: Mapping[str, str] | None = None
) -> HtmlTable:
    """Return published rows as a table on a page.

    Args:
        caption: what it shows.
        rows: of published tables, such as an organisation and its region.
        page_table: its name in `tables.toml`, which lists its columns; one that no row has is left out.
        links: paths from the folder of the release, by text of the first column.
    """
    holders = {name: next((row for row in rows if name in row), None) for name in page_columns(page_table)}
    chosen = {name: row for name, row in holders.items() if row is not None}
    headers = [(row.title(name), row.is_number(name)) for name, row in chosen.items()]
    texts = [[row.text(name) if name in row else "[z]" for name in chosen] for row in rows]

    def printed() -> str:
        cells = ([row.printed(name) if name in row else "z" for name in chosen] for row in rows)
        return csv_text([*chosen], cells)

    return HtmlTable(caption, headers, texts, printed, links or {}, is_named="name" in [*chosen][:1])


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows as the text of a CSV file, in the form of the published ones."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def lines(places: Iterable[Area]) -> list[ListItem]:
    """Return list items for the organisations with figures of the release's own year."""
    return [_line(place, place.now) for place in places if place.now is not None]


def organisation_list(places: Areas) -> list[ListItem]:
    """Return list items for every organisation: with figures, without a return, closed, or no longer asked."""
    items = [_any_line(places, place) for place in places.organisations.values()]
    items += [
        ListItem(
            missing.name,
            code,
            "",
            missing.region_name or "Unknown",
            missing.organisation_type or "",
            "",
            "",
            NO_RETURN,
            "",
        )
        for code, missing in places.missing.items()
        if code not in places.organisations
    ]
    return sorted(items, key=lambda item: (item.name.casefold(), item.code))


def _any_line(places: Areas, place: Area) -> ListItem:
    """Return the line of an organisation, with a return, without, closed or not asked."""
    if place.now is not None:
        return _line(place, place.now)
    about = (place.name, place.code, place.path, place.region_name, place.type, "", "")
    if place.code in places.missing:
        return ListItem(*about, NO_RETURN, "")
    if place.code in places.closed:
        return ListItem(*about, "", "", has_closed=True)
    return ListItem(*about, "Not in this collection", "")


def _line(place: Area, row: PublishedRow) -> ListItem:
    moved = place.moved.get((1, RATIO))
    bounds = [row.text(f"{RATIO}_{end}") for end in ("lower", "upper")]
    interval = bounds[0] if row[f"{RATIO}_upper"] is None else " to ".join(bounds)
    change = moved.text("verdict") if moved else ""
    about = (place.name, place.code, place.path, place.region_name, place.type)
    return ListItem(*about, ratio_text(row), interval, row.text("range"), change)


def bars_figure(bars: Sequence[Bar], reading: str, sheets: list[HtmlTable]) -> list[PageFigure]:
    """Return the drawing of a bar for each year; none where no year has a range to show."""
    if not any(bar.counts.get(kind) for bar in bars for kind in RANGES):
        return []
    return [PageFigure(range_bars(bars, _bars_words(bars)), reading, sheets)]


def bars_table(bars: Sequence[Bar]) -> HtmlTable:
    """Return the table of how many organisations are in each range, by year."""
    kinds = {**RANGES, HIDDEN: "Not published (small numbers)"}
    rows = [[str(bar.year), *(f"{bar.counts.get(kind, 0):,}" for kind in kinds)] for bar in bars]

    def printed() -> str:
        cells = ([str(bar.year), *(str(bar.counts.get(kind, 0)) for kind in kinds)] for bar in bars)
        return csv_text(("collection_year", *RANGES, "not_published"), cells)

    headers = [("Collection year", False), *((label, True) for label in kinds.values())]
    return HtmlTable("Organisations within, above and below range", headers, rows, printed)


def chance_range(row: PublishedRow) -> tuple[float, float, float] | None:
    """Return the share that chance alone leaves within range, between the ends of its 95% range, if there is one."""
    parts = [row.number(f"expected_share_within_{part}percent") for part in ("lower_", "", "upper_")]
    lower, expected, upper = parts
    return None if lower is None or expected is None or upper is None else (lower, expected, upper)


def _bars_words(bars: Sequence[Bar]) -> str:
    """Say in words what the bars show."""
    sentences = [
        f"{bar.year}: {bar.counts.get('within', 0)} within, {bar.counts.get('above', 0)} above, "
        f"{bar.counts.get('below', 0)} below"
        + (f", {bar.counts[HIDDEN]} not published" if bar.counts.get(HIDDEN) else "")
        + (f", by chance alone {bar.by_chance[1]:.1f}% within" if bar.by_chance is not None else "")
        + (f", goal {bar.goal}% within" if bar.goal is not None else "")
        for bar in bars
    ]
    return f"{'; '.join(sentences)}."


def ranges_by_year(tables: Tables) -> dict[tuple[str, str, int], dict[str, int]]:
    """Count the organisations of each region and type in each range, or withheld, by year."""
    counts_by_area: dict[tuple[str, str, int], dict[str, int]] = {}
    for row in rows_of(tables, "organisation"):
        for level, column in (("region", "region_code"), ("organisation_type", "organisation_type")):
            counts = counts_by_area.setdefault((level, row[column] or "unknown", row["collection_year"]), {})
            kind = row["range"] or HIDDEN
            counts[kind] = counts.get(kind, 0) + 1
    return counts_by_area
