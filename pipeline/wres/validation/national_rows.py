"""Choose what the national checks look at: the year as a whole, places, returns and queries, as rows of one frame."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from wres.validation.edit_catalogue import SIGN_OFF
from wres.validation.national_changes import (
    compare_nation,
    compare_places,
    why_no_last_year,
    why_no_places,
)
from wres.validation.national_context import NationalCheckRow, NationalContext, decimal_words
from wres.validation.wording import format_two_places

if TYPE_CHECKING:
    import pandas as pd


# The columns of the frame, by what its rows are about.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "coverage": ("returned_percent", "coverage_limit"),
    "change": ("moved", "moved_limit"),
    "place": ("others_not_against",),
    "return": ("figures",),
    "queries": ("unexplained",),
}
COLUMNS = tuple(chain.from_iterable(SUBJECTS.values()))
_AT_ONCE = 10_000  # figures


def rows_to_check(nation: NationalContext) -> dict[str, list[NationalCheckRow] | str]:
    """Return the rows to check, or why there are none, by subject.

    Args:
        nation: see `run_national_checks` for its tables.
    """
    return {
        "coverage": _coverage_rows(nation),
        "change": compare_nation(nation) or why_no_last_year(nation),
        "place": compare_places(nation) or why_no_places(nation),
        "return": _return_rows(nation),
        "queries": _query_rows(nation) or "No return of the year counts yet.",
    }


def national_frame(rows: Sequence[NationalCheckRow]) -> "pd.DataFrame":
    """Build a row for each thing to check: `row` and the columns of its subject (missing in rows of other subjects).

    `returned_percent`, `coverage_limit` (Fraction); `moved` (how far from last year's figure, times 100), `moved_limit`
    (Fraction); `others_not_against` (int: the other regions, or types, that did not move the other way, by the ratio of
    which there are fewer); `figures` (str: all required figures of a return); `unexplained` (int: the queries of a
    return that nothing explains).
    """
    import pandas as pd

    columns = {name: pd.Series([row.columns.get(name) for row in rows], dtype=object) for name in COLUMNS}
    return pd.DataFrame({"row": range(len(rows)), **columns})


def _coverage_rows(nation: NationalContext) -> list[NationalCheckRow] | str:
    """Return the share of the expected organisations that have returned."""
    rows = nation.rows("coverage", "national", nation.calendar.year)
    if not rows:
        return "No organisation is expected to send a return."
    [row] = rows
    percent, limit = Fraction(100 * row["received"], row["expected"]), nation.limit("coverage_percent")
    facts = {"received": row["received"], "expected": row["expected"], "percent": format_two_places(percent)}
    facts["limit"] = decimal_words(limit)
    return [NationalCheckRow(None, {"returned_percent": percent, "coverage_limit": limit}, facts)]


def _return_rows(nation: NationalContext) -> list[NationalCheckRow] | str:
    """Write each return's required figures as one text; a return of zeros alone is left out."""
    full = {}
    for code, cells in groupby(_required_figures(nation), key=itemgetter(0)):
        values = [cell[1:] for cell in cells]
        if any(value for _, _, value in values):
            full[code] = ";".join(f"{item},{group},{value.normalize():f}" for item, group, value in values)
    if len(full) < 2:
        return "Fewer than two returns count, so there are no two to compare."
    return [NationalCheckRow(code, {"figures": text}) for code, text in full.items()]


def _required_figures(nation: NationalContext) -> Iterator[tuple[str, str, str, Decimal]]:
    """Yield organisation, item, ethnic group and value, sorted; some at a time, for a nation may have millions."""
    import pyarrow as pa
    import pyarrow.compute as pc

    template, names = nation.template, ["organisation_code", "item", "ethnic_group"]
    required = pa.array([item.code for item in template.items if item.required])
    rows = nation.figures.select([*names, "value"]).filter(pc.is_in(nation.figures["item"], value_set=required))
    for batch in rows.sort_by([(name, "ascending") for name in names]).to_batches(max_chunksize=_AT_ONCE):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _query_rows(nation: NationalContext) -> list[NationalCheckRow]:
    """Return each return that counts, with the codes of its queries that nothing explains."""
    columns = nation.figures.select(["organisation_code", "receipt"]).group_by(["organisation_code", "receipt"])
    counting = sorted(tuple(row.values()) for row in columns.aggregate([]).to_pylist())
    open_codes: dict[str, set[str]] = defaultdict(set)
    for query in nation.queries:
        if not query.text and query.code != SIGN_OFF:
            open_codes[query.receipt].add(query.code)
    return [
        NationalCheckRow(
            organisation,
            {"unexplained": len(open_codes[receipt])},
            {"organisation": organisation, "codes": ", ".join(sorted(open_codes[receipt]))},
        )
        for organisation, receipt in counting
    ]
