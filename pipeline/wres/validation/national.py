"""Run the national checks on a build: macro-editing of the indicator tables of all years up to it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from wres.database.explanations import ExplainedQuery
from wres.reference.year_config import CollectionYear
from wres.returns.indicator_math import relative_likelihood
from wres.returns.parsed_return import ETHNIC_GROUPS
from wres.returns.template_spec import load_template
from wres.validation.edit_catalogue import SIGN_OFF, load_catalogue, load_suites
from wres.validation.finding_builder import two_places
from wres.validation.gx_adapter import run_suite

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


COLUMNS = ("returned_percent", "coverage_limit", "moved", "moved_limit", "others_not_against", "figures", "unexplained")
LEVELS = {"region": "region", "organisation_type": "organisation type"}
_SIDES = ("", "previous_")  # how the comparison names the columns of this year and of last
_AT_ONCE = 10_000  # figures
_FEWEST_PLACES = 3  # of two, each moves against all others or neither does


@dataclass(frozen=True, slots=True)
class NationalCheckRow:
    """One thing that an edit looks at: the code of the place, its columns of the frame, the facts of a message."""

    edit: str
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
        """The rows of a table at a level and year, of all organisation groups together."""
        wanted = (level, year, "all")
        names = ("level", "collection_year", "organisation_group")
        return [row for row in self.tables[table].to_pylist() if tuple(row[name] for name in names) == wanted]

    def compared(self, level: str) -> list[dict[str, Any]]:
        """The same organisations this year and last, pooled at a level."""
        return self.rows("comparison", level, self.calendar.year)

    def limit(self, threshold: str) -> Fraction:
        """A threshold as the decimal that the year's file states, exactly."""
        return Fraction(str(self.calendar.thresholds[threshold]))


def rows_to_check(nation: NationalContext) -> dict[str, list[NationalCheckRow] | str]:
    """What each edit looks at, or why it has nothing to look at, by the code of the edit.

    Args:
        nation: see `run_national_checks` for its tables.
    """
    return {
        "M401": _coverage(nation),
        "M402": _moves(nation) or _no_last_year(nation),
        "M403": _places(nation) or _no_places(nation),
        "M404": _returns(nation),
        "M405": _queries(nation) or "No return of the year counts yet.",
    }


def national_frame(looked: Sequence[NationalCheckRow]) -> "pd.DataFrame":
    """One row a thing looked at: `row`, and the columns of its edit (missing in the rows of other edits).

    `returned_percent`, `coverage_limit` (Fraction); `moved` (how far from last year's figure, times 100), `moved_limit`
    (Fraction); `others_not_against` (int: the other regions, or types, that did not move the other way); `figures`
    (str: all required figures of a return); `unexplained` (int: the queries of a return that nothing explains).
    """
    import pandas as pd

    columns = {name: pd.Series([row.columns.get(name) for row in looked], dtype=object) for name in COLUMNS}
    return pd.DataFrame({"row": range(len(looked)), **columns})


def _coverage(nation: NationalContext) -> list[NationalCheckRow] | str:
    rows = nation.rows("coverage", "national", nation.calendar.year)
    if not rows:
        return "No organisation is expected to send a return."
    [row] = rows
    percent, limit = Fraction(100 * row["received"], row["expected"]), nation.limit("coverage_percent")
    facts = {"received": row["received"], "expected": row["expected"], "percent": two_places(percent)}
    facts["limit"] = _plain(limit)
    return [NationalCheckRow("M401", None, {"returned_percent": percent, "coverage_limit": limit}, facts)]


def _moves(nation: NationalContext) -> list[NationalCheckRow]:
    """Headcount, entries and ratio of the organisations that returned in both years; a ratio only where both have one.

    Of the same organisations, so that a nation that is half in does not look like one that shrank: that is M401's.
    """
    looked = []
    for row in nation.compared("national"):
        limit, matched = nation.limit("national_change_percent"), row["matched_organisations"]
        for measure, now, before in _measures(row):
            words = two_places if measure == "relative likelihood" else _count
            facts = {"measure": measure, "matched": matched, "now": words(now), "before": words(before)}
            facts |= {"percent": two_places(100 * abs(now - before) / before) if before else "", "limit": _plain(limit)}
            columns = {"moved": 100 * abs(now - before), "moved_limit": limit * before}
            looked.append(NationalCheckRow("M402", None, columns, facts, case=None if before else "from_nothing"))
    return looked


def _measures(row: Mapping[str, Any]) -> Iterator[tuple[str, Fraction, Fraction]]:
    """Each national measure with this year's value and last year's."""
    for name, what in (("headcount", "headcount"), ("number of entries", "entered")):
        now, before = (sum(_counts(row, side, what, ETHNIC_GROUPS), Fraction()) for side in _SIDES)
        yield name, now, before
    ratio, ratio_before = (_ratio(row, side) for side in _SIDES)
    if ratio is not None and ratio_before is not None:
        yield "relative likelihood", ratio, ratio_before


def _counts(row: Mapping[str, Any], side: str, what: str, groups: Sequence[str]) -> list[Fraction]:
    return [Fraction(row[f"{side}{group}_{what}"]) for group in groups]


def _ratio(row: Mapping[str, Any], side: str) -> Fraction | None:
    groups = ("white", "bme")
    return relative_likelihood(*_counts(row, side, "headcount", groups), *_counts(row, side, "entered", groups))


def _no_last_year(nation: NationalContext) -> str:
    year = nation.calendar.year
    if not nation.rows("national", "national", year - 1):
        return f"The warehouse holds no figures of {year - 1} to compare with."
    return f"No organisation has a return that counts in both {year - 1} and {year}."


def _places(nation: NationalContext) -> list[NationalCheckRow]:
    """Regions among regions and types among types, where enough of them have a ratio in both years."""
    looked = []
    for level, words in LEVELS.items():
        ratios = {}
        for row in nation.compared(level):
            now, before = (_ratio(row, side) for side in _SIDES)
            if row["code"] != "unknown" and now is not None and before is not None:
                ratios[row["code"]] = (row["name"], now, before)
        directions = {code: (now > before) - (now < before) for code, (_, now, before) in ratios.items()}
        if len(ratios) < _FEWEST_PLACES:
            continue
        for code, (name, now, before) in ratios.items():
            against = sum(other == -directions[code] for other in directions.values() if directions[code])
            columns = {"others_not_against": len(ratios) - 1 - against}
            facts = {"name": name, "level": words, "now": two_places(now), "before": two_places(before)}
            looked.append(NationalCheckRow("M403", code, columns, facts))
    return looked


def _no_places(nation: NationalContext) -> str:
    if not nation.compared("national"):
        return _no_last_year(nation)
    return "Fewer than three regions, and fewer than three types of organisation, have a ratio in both years."


def _returns(nation: NationalContext) -> list[NationalCheckRow] | str:
    """Each return's required figures as one text; a return of zeros alone is like any other and left out."""
    full = {}
    for code, cells in groupby(_required_figures(nation), key=itemgetter(0)):
        values = [cell[1:] for cell in cells]
        if any(value for _, _, value in values):
            full[code] = ";".join(f"{item},{group},{value.normalize():f}" for item, group, value in values)
    if len(full) < 2:
        return "Fewer than two returns count, so there are no two to compare."
    return [NationalCheckRow("M404", code, {"figures": text}) for code, text in full.items()]


def _required_figures(nation: NationalContext) -> Iterator[tuple[str, str, str, Decimal]]:
    """Organisation, item, ethnic group and value, sorted; some at a time, for a nation may have millions."""
    import pyarrow as pa
    import pyarrow.compute as pc

    template, names = load_template(nation.calendar.template_version), ["organisation_code", "item", "ethnic_group"]
    required = pa.array([item.code for item in template.items if item.required])
    rows = nation.figures.select([*names, "value"]).filter(pc.is_in(nation.figures["item"], value_set=required))
    for batch in rows.sort_by([(name, "ascending") for name in names]).to_batches(max_chunksize=_AT_ONCE):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _queries(nation: NationalContext) -> list[NationalCheckRow]:
    """Each return that counts, with the codes of its queries that nothing explains."""
    columns = nation.figures.select(["organisation_code", "receipt"]).group_by(["organisation_code", "receipt"])
    counting = sorted(tuple(row.values()) for row in columns.aggregate([]).to_pylist())
    open_codes: dict[str, set[str]] = defaultdict(set)
    for query in nation.queries:
        if not query.text and query.code != SIGN_OFF:
            open_codes[query.receipt].add(query.code)
    return [
        NationalCheckRow(
            "M405",
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


FIGURES = ("organisation_code", "receipt", "item", "ethnic_group", "value")  # columns of the warehouse's table


@dataclass(frozen=True, slots=True)
class NationalFinding:
    """One thing to look into. `place` is the code of an organisation, region or type; None for the nation."""

    code: str
    place: str | None
    message: str
    how_to_fix: str


@dataclass(frozen=True, slots=True)
class NationalReview:
    """What the national edits found, in the order of their codes; which ran, and why the others did not."""

    findings: list[NationalFinding]
    edits_run: list[str]
    edits_not_run: dict[str, str]


def run_national_checks(
    calendar: CollectionYear, tables: "Mapping[str, pa.Table]", figures: "pa.Table", queries: Sequence[ExplainedQuery]
) -> NationalReview:
    """Run all national edits over a year's build, in one batch.

    Args:
        calendar: the year.
        tables: the indicator tables of `wres.indicators.schemas.measured_tables` for all years up to this one; of them
            `national`, `coverage` and `comparison` are looked at.
        figures: the year's warehouse figures, of which the columns of `FIGURES` are looked at.
        queries: the queries of the year as `get_explained_queries` gives them; those of returns that do not count are
            let be.

    Returns: every national edit is either among those that ran or has the reason why it did not, never both.

    Raises:
        EditExecutionError: an edit that should have run did not: a fault of the pipeline.
    """
    looked = rows_to_check(NationalContext(calendar, tables, figures, queries))
    not_run = {code: rows for code, rows in looked.items() if isinstance(rows, str)}
    rows = list(chain.from_iterable(row for row in looked.values() if not isinstance(row, str)))
    findings = []
    for failure in run_suite(load_suites()["nation"], national_frame(rows), {}):
        failed = [rows[number] for number in failure.rows]
        findings += [_finding(row, calendar) for row in (_alike(failed) if failure.meta["edit"] == "M404" else failed)]
    return NationalReview(
        findings=sorted(findings, key=lambda row: row.code),
        edits_run=[code for code in looked if code not in not_run],
        edits_not_run=not_run,
    )


def _alike(failed: Sequence[NationalCheckRow]) -> list[NationalCheckRow]:
    """One for each set of organisations with the same figures."""
    alike: dict[object, list[str]] = {}
    for row in failed:
        alike.setdefault(row.columns["figures"], []).append(row.place or "")
    return [
        NationalCheckRow("M404", codes[0], {}, {"first": ", ".join(codes[:-1]), "second": codes[-1]})
        for codes in alike.values()
    ]


def _finding(row: NationalCheckRow, calendar: CollectionYear) -> NationalFinding:
    edit, facts = load_catalogue()[row.edit], {"year": calendar.year, **row.facts}
    return NationalFinding(row.edit, row.place, edit.message_for(row.case, **facts), edit.how_to_fix.format_map(facts))
