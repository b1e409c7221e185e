"""How many organisations of a place are within, above and below the range, year by year, as a drawing and its table."""

from collections.abc import Sequence

from wres.charts.bars import HIDDEN, RANGES, Bar, range_bars
from wres.outputs.formatting import PublishedRow, Tables, rows_of
from wres.site.page_tables import Figure, HtmlTable, csv_text


def bars_figure(bars: Sequence[Bar], reading: str, sheets: list[HtmlTable]) -> list[Figure]:
    """A bar for each year; nothing where no year has a range to show."""
    if not any(bar.counts.get(kind) for bar in bars for kind in RANGES):
        return []
    return [Figure(range_bars(bars, _bars_words(bars)), reading, sheets)]


def bars_table(bars: Sequence[Bar]) -> HtmlTable:
    """How many organisations are in each range, by year."""
    kinds = {**RANGES, HIDDEN: "Not published (small numbers)"}
    rows = [[str(bar.year), *(f"{bar.counts.get(kind, 0):,}" for kind in kinds)] for bar in bars]
    plain = csv_text(
        ("collection_year", *RANGES, "not_published"),
        ([str(bar.year), *(str(bar.counts.get(kind, 0)) for kind in kinds)] for bar in bars),
    )
    headers = [("Collection year", False), *((label, True) for label in kinds.values())]
    return HtmlTable("Organisations within, above and below range", headers, rows, plain)


def chance_range(row: PublishedRow) -> tuple[float, float, float] | None:
    """The share that chance alone leaves within range, between the ends of its 95% range; None where none is given."""
    parts = [row.number(f"expected_share_within_{part}percent") for part in ("lower_", "", "upper_")]
    lower, expected, upper = parts
    return None if lower is None or expected is None or upper is None else (lower, expected, upper)


def _bars_words(bars: Sequence[Bar]) -> str:
    said = [
        f"{bar.year}: {bar.counts.get('within', 0)} within, {bar.counts.get('above', 0)} above, "
        f"{bar.counts.get('below', 0)} below"
        + (f", {bar.counts[HIDDEN]} not published" if bar.counts.get(HIDDEN) else "")
        + (f", by chance alone {bar.by_chance[1]:.1f}% within" if bar.by_chance is not None else "")
        + (f", goal {bar.goal}% within" if bar.goal is not None else "")
        for bar in bars
    ]
    return f"{'; '.join(said)}."


def ranges_by_year(tables: Tables) -> dict[tuple[str, str, int], dict[str, int]]:
    """How many organisations of each region and type are in each range, or withheld, by year."""
    found: dict[tuple[str, str, int], dict[str, int]] = {}
    for row in rows_of(tables, "organisation"):
        for level, column in (("region", "region_code"), ("organisation_type", "organisation_type")):
            counts = found.setdefault((level, row[column] or "unknown", row["collection_year"]), {})
            kind = row["range"] or HIDDEN
            counts[kind] = counts.get(kind, 0) + 1
    return found
