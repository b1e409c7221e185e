"""Choose what the national checks look at: the year as a whole, places, returns and queries, as rows of one frame."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from wres.database.explanations import ExplainedQuery
from wres.reference.year_config import CollectionYear
from wres.returns.indicator_math import relative_likelihood
from wres.returns.template_spec import Template, load_template
from wres.validation.edit_catalogue import SIGN_OFF
from wres.validation.wording import two_places

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


# The columns of the frame, by what its rows are about.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "coverage": ("returned_percent", "coverage_limit"),
    "change": ("moved", "moved_limit"),
    "place": ("others_not_against",),
    "place_within": ("others_not_against_within",),
    "return": ("figures",),
    "queries": ("unexplained",),
}
COLUMNS = tuple(chain.from_iterable(SUBJECTS.values()))
LEVELS = {"region": "region", "organisation_type": "organisation type"}
_SIDES = ("", "previous_")  # how the comparison names the columns of this year and of last
_AT_ONCE = 10_000  # figures
Ratios = tuple[Fraction | Decimal | None, Fraction | Decimal | None]  # this year's and last year's
_FEWEST_PLACES = 3  # of two, each moves against all others or neither does


@dataclass(frozen=True, slots=True)
class NationalCheckRow:
    """One thing to check: the code of the place, its columns of the frame, the facts of a message.

    `case` is the variant of a message for it, in the edits that have one.
    """

    place: str | None
    columns: Mapping[str, object]
    facts: Mapping[str, object] = field(default_factory=dict)
    case: str | None = None


@dataclass(frozen=True, slots=True)
class NationalContext:
    """The year as a whole: its calendar, the indicator tables, the figures that count, the queries on returns."""

    calendar: CollectionYear
    tables: "Mapping[str, pa.Table]"
    figures: "pa.Table"
    queries: Sequence[ExplainedQuery]

    def rows(self, table: str, level: str, year: int) -> list[dict[str, Any]]:
        """Return the rows of a table at a level and year, of all organisation groups together."""
        wanted = (level, year, "all")
        names = ("level", "collection_year", "organisation_group")
        return [row for row in self.tables[table].to_pylist() if tuple(row[name] for name in names) == wanted]

    def compared(self, level: str) -> list[dict[str, Any]]:
        """Return the rows of the same organisations this year and last, pooled at a level."""
        return self.rows("comparison", level, self.calendar.year)

    @property
    def template(self) -> Template:
        """Return the year's template."""
        return load_template(self.calendar.template_version)

    def limit(self, threshold: str) -> Fraction:
        """Return a threshold exactly as the year's file states it."""
        return Fraction(str(self.calendar.thresholds[threshold]))


def rows_to_check(nation: NationalContext) -> dict[str, list[NationalCheckRow] | str]:
    """Return the rows to check, or why there are none, by subject.

    Args:
        nation: see `run_national_checks` for its tables.
    """
    return {
        "coverage": _coverage(nation),
        "change": _moves(nation) or _no_last_year(nation),
        "place": _places(nation, "others_not_against", _pooled_ratios) or _no_places(nation),
        "place_within": _places(nation, "others_not_against_within", _ratios_within) or _no_places(nation),
        "return": _returns(nation),
        "queries": _queries(nation) or "No return of the year counts yet.",
    }


def national_frame(rows: Sequence[NationalCheckRow]) -> "pd.DataFrame":
    """Build a row for each thing to check: `row` and the columns of its subject (missing in rows of other subjects).

    `returned_percent`, `coverage_limit` (Fraction); `moved` (how far from last year's figure, times 100), `moved_limit`
    (Fraction); `others_not_against` (int: the other regions, or types, whose pooled ratio did not move the other way);
    `others_not_against_within` (int: the same of the ratio within organisations); `figures`
    (str: all required figures of a return); `unexplained` (int: the queries of a return that nothing explains).
    """
    import pandas as pd

    columns = {name: pd.Series([row.columns.get(name) for row in rows], dtype=object) for name in COLUMNS}
    return pd.DataFrame({"row": range(len(rows)), **columns})


def _coverage(nation: NationalContext) -> list[NationalCheckRow] | str:
    """Return the share of the expected organisations that have returned."""
    rows = nation.rows("coverage", "national", nation.calendar.year)
    if not rows:
        return "No organisation is expected to send a return."
    [row] = rows
    percent, limit = Fraction(100 * row["received"], row["expected"]), nation.limit("coverage_percent")
    facts = {"received": row["received"], "expected": row["expected"], "percent": two_places(percent)}
    facts["limit"] = _plain(limit)
    return [NationalCheckRow(None, {"returned_percent": percent, "coverage_limit": limit}, facts)]


def _moves(nation: NationalContext) -> list[NationalCheckRow]:
    """Headcount, entries and ratio of the organisations that returned in both years; a ratio only where both have one.

    Of the same organisations, so that a nation that is half in does not look like one that shrank: that is M401's.
    """
    rows = []
    for row in nation.compared("national"):
        limit, matched = nation.limit("national_change_percent"), row["matched_organisations"]
        for measure, now, before in _measures(row, nation.template):
            words = two_places if measure == "relative likelihood" else _count
            facts = {"measure": measure, "matched": matched, "now": words(now), "before": words(before)}
            facts |= {"percent": two_places(100 * abs(now - before) / before) if before else "", "limit": _plain(limit)}
            columns = {"moved": 100 * abs(now - before), "moved_limit": limit * before}
            rows.append(NationalCheckRow(None, columns, facts, case=None if before else "from_nothing"))
    return rows


def _measures(row: Mapping[str, Any], template: Template) -> Iterator[tuple[str, Fraction, Fraction]]:
    """Return each national measure with this year's value and last year's."""
    for name, count in (("headcount", "headcount"), ("number of entries", "entered")):
        now, before = (sum(_counts(row, side, count, template.ethnic_groups), Fraction()) for side in _SIDES)
        yield name, now, before
    ratio, ratio_before = (_ratio(row, side, template) for side in _SIDES)
    if ratio is not None and ratio_before is not None:
        yield "relative likelihood", ratio, ratio_before


def _counts(row: Mapping[str, Any], side: str, count: str, groups: Sequence[str]) -> list[Fraction]:
    """Return a count of each of these groups, of this year or of last."""
    # A group that the template of the year before lacks has no counts of that year.
    return [Fraction(row[f"{side}{group}_{count}"] or 0) for group in groups]


def _ratio(row: Mapping[str, Any], side: str, template: Template) -> Fraction | None:
    """Return the relative likelihood of all staff together, of this year or of last."""
    compared = template.comparison()
    groups = (compared.comparator, compared.ethnic_group)
    return relative_likelihood(*_counts(row, side, "headcount", groups), *_counts(row, side, "entered", groups))


def _no_last_year(nation: NationalContext) -> str:
    """Say why the year cannot be compared with the year before."""
    year = nation.calendar.year
    if not nation.rows("national", "national", year - 1):
        return f"The warehouse holds no figures of {year - 1} to compare with."
    return f"No organisation has a return that counts in both {year - 1} and {year}."


def _places(
    nation: NationalContext, column: str, ratios_of: Callable[[Mapping[str, Any], Template], Ratios]
) -> list[NationalCheckRow]:
    """Regions among regions and types among types, where enough of them have a ratio in both years.

    Args:
        nation: the tables.
        column: the column of the frame for the number of other places that did not move the other way.
        ratios_of: gives the ratios, this year's and last year's, of a row of `comparison`.
    """
    rows = []
    for level, words in LEVELS.items():
        moves = {}
        for row in nation.compared(level):
            now, before = ratios_of(row, nation.template)
            if row["code"] != "unknown" and now is not None and before is not None:
                moves[row["code"]] = (row, (now > before) - (now < before))
        if len(moves) < _FEWEST_PLACES:
            continue
        for code, (row, direction) in moves.items():
            against = sum(other == -direction for _, other in moves.values() if direction)
            facts = {"name": row["name"], "level": words, **_both_answers(row, nation.template)}
            rows.append(NationalCheckRow(code, {column: len(moves) - 1 - against}, facts))
    return rows


def _pooled_ratios(row: Mapping[str, Any], template: Template) -> Ratios:
    """Return the ratios of all staff of a place together, this year's and last year's, exactly."""
    return _ratio(row, "", template), _ratio(row, "previous_", template)


def _ratios_within(row: Mapping[str, Any], _template: Template) -> Ratios:
    """Return the ratios within organisations of a place, this year's and last year's, as the table states them."""
    return row["relative_likelihood_within"], row["previous_relative_likelihood_within"]


def _both_answers(row: Mapping[str, Any], template: Template) -> dict[str, str]:
    """Say how the pooled ratio and that within organisations changed; a message gives both."""

    def went(ratios: Ratios) -> str:
        now, before = ratios
        if now is None or before is None:
            return "cannot be calculated in both years"
        return f"went from {two_places(Fraction(before))} to {two_places(Fraction(now))}"

    return {"pooled": went(_pooled_ratios(row, template)), "within": went(_ratios_within(row, template))}


def _no_places(nation: NationalContext) -> str:
    """Say why no places can be compared."""
    if not nation.compared("national"):
        return _no_last_year(nation)
    return "Fewer than three regions, and fewer than three types of organisation, have a ratio in both years."


def _returns(nation: NationalContext) -> list[NationalCheckRow] | str:
    """Return each return's required figures as one text; a return of zeros alone is left out."""
    full = {}
    for code, cells in groupby(_required_figures(nation), key=itemgetter(0)):
        values = [cell[1:] for cell in cells]
        if any(value for _, _, value in values):
            full[code] = ";".join(f"{item},{group},{value.normalize():f}" for item, group, value in values)
    if len(full) < 2:
        return "Fewer than two returns count, so there are no two to compare."
    return [NationalCheckRow(code, {"figures": text}) for code, text in full.items()]


def _required_figures(nation: NationalContext) -> Iterator[tuple[str, str, str, Decimal]]:
    """Organisation, item, ethnic group and value, sorted; some at a time, for a nation may have millions."""
    import pyarrow as pa
    import pyarrow.compute as pc

    template, names = nation.template, ["organisation_code", "item", "ethnic_group"]
    required = pa.array([item.code for item in template.items if item.required])
    rows = nation.figures.select([*names, "value"]).filter(pc.is_in(nation.figures["item"], value_set=required))
    for batch in rows.sort_by([(name, "ascending") for name in names]).to_batches(max_chunksize=_AT_ONCE):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _queries(nation: NationalContext) -> list[NationalCheckRow]:
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


def _count(value: Fraction) -> str:
    """People, or the hundredths of one that an average of two years may have."""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):,f}"


def _plain(limit: Fraction) -> str:
    return f"{Decimal(limit.numerator) / Decimal(limit.denominator):f}"
