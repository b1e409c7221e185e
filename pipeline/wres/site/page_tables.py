"""The tables on a page: the data behind each drawing, and the lists of organisations."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from wres.charts.svg import Chart
from wres.outputs.formatting import RATIO, PublishedRow, ratio_text
from wres.site.areas import Area, Areas

TREND = ("collection_year", RATIO, f"{RATIO}_lower", f"{RATIO}_upper", "range", "window")
SERIES = (*TREND, "made_of", "organisations", "complete")
LIKELIHOODS = (
    "collection_year",
    *(f"{group}_likelihood_percent" for group in ("bme", "white", "overall")),
    *(f"{group}_{what}" for what in ("entered", "headcount") for group in ("bme", "white", "unknown")),
)
COMPARED = ("name", "organisations", RATIO, f"{RATIO}_lower", f"{RATIO}_upper", "range")
PEERS = (
    *("name", "code", "organisation_type", "white_headcount", "bme_headcount"),
    *(RATIO, f"{RATIO}_lower", f"{RATIO}_upper", "range", "reliability"),
)
LIMITS = (
    "measure",
    *("size", "figure", "national_figure", "lower_95", "upper_95", "lower_99_8", "upper_99_8"),
    *("outside_95", "outside_99_8", "outside_q_value", "widened_lower_95", "widened_upper_95", "outside_widened_95"),
)
MOVES = (
    *("years_between", "measure", "previous_figure", "figure", "direction", "p_value", "q_value", "verdict"),
    *("previous_shrunken_figure", "shrunken_figure"),
    *("previous_three_years_figure", "three_years_figure", "three_years_q_value", "three_years_verdict"),
)
GOALS = (
    *("collection_year", "window"),
    *(f"expected_share_within_{part}percent" for part in ("", "lower_", "upper_")),
    *("above_beyond_chance", "below_beyond_chance", "within_beyond_chance", "cannot_tell"),
    *("share_truly_within_percent", "three_years_share_within_percent", "three_years_expected_share_within_percent"),
    *("share_within_percent", "twelve_months_share_within_percent"),
    *("within", "above", "below", "not_calculable", "not_returned"),
    *("share_within_adjusted_percent", "goal_percent", "goal_met"),
)
# Of a pooled place: the ratio within organisations, the interval between them, the twelve months across a break.
BETWEEN = (
    *("collection_year", RATIO),
    *(f"{RATIO}_{part}" for part in ("within", "within_lower", "within_upper", "between_lower", "between_upper")),
    *("composition_factor", "organisations_above_beyond_chance", "organisations_below_beyond_chance"),
    *("twelve_months_relative_likelihood", f"{RATIO}_unknown_lowest", f"{RATIO}_unknown_highest"),
)
NO_RETURN = "No return"
LONGEST = 500  # rows of a list on one page; more go on further pages


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """A table on a page: its caption, each header with whether figures stand under it, and the rows as text.

    `csv` is the same for programs; `links` are paths from the folder of the release by text of the first column.
    """

    caption: str
    headers: list[tuple[str, bool]]
    rows: list[list[str]]
    csv: str = ""
    links: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
        """Each row: what heads it, and every other cell with whether it is a figure."""
        figures = [is_figure for _, is_figure in self.headers[1:]]
        for first, *rest in self.rows:
            yield first, list(zip(rest, figures, strict=True))


@dataclass(frozen=True, slots=True)
class Figure:
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
        """What it is listed under."""
        first = self.name[:1].upper()
        return first if first.isascii() and first.isalpha() else "0"


def html_table(
    caption: str, rows: Sequence[PublishedRow], columns: Iterable[str], links: Mapping[str, str] | None = None
) -> HtmlTable:
    """Some columns of published rows; columns that the table does not have are left out."""
    chosen = [name for name in columns if rows and name in rows[0]]
    headers = [(rows[0].title(name), rows[0].is_number(name)) for name in chosen]
    printed = csv_text(chosen, ([row.printed(name) for name in chosen] for row in rows))
    return HtmlTable(caption, headers, [[row.text(name) for name in chosen] for row in rows], printed, links or {})


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows as a CSV file, in the form of the tables' own."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def lines(places: Iterable[Area]) -> list[ListItem]:
    """Organisations with figures of the release's own year, for a list."""
    return [_line(place, place.now) for place in places if place.now is not None]


def organisation_list(places: Areas) -> list[ListItem]:
    """Every organisation for a list: with figures of the year, without a return, closed, or no longer asked."""
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
