"""Made-up tables and a release of them: fixtures for every room whose tests look at what is published."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from wres.indicators.compute import compute_tables
from wres.indicators.from_warehouse import collections_table
from wres.indicators.published_series import published_series
from wres.indicators.schemas import INPUTS
from wres.outputs.metadata import Publication, ReleaseMetadata
from wres.outputs.revisions import no_revisions
from wres.outputs.table_schema import Column, load_specification
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template

INDICATOR = pa.schema(
    [
        ("collection_year", pa.int32()),
        ("level", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("organisation_group", pa.string()),
        ("window", pa.string()),
        ("organisations", pa.int64()),
        ("white_headcount", pa.int64()),
        ("bme_headcount", pa.int64()),
        ("unknown_headcount", pa.int64()),
        ("white_entered", pa.decimal128(14, 2)),
        ("bme_entered", pa.decimal128(14, 2)),
        ("unknown_entered", pa.decimal128(14, 2)),
        ("white_likelihood_percent", pa.decimal128(14, 2)),
        ("bme_likelihood_percent", pa.decimal128(14, 2)),
        ("overall_likelihood_percent", pa.decimal128(14, 2)),
        ("relative_likelihood", pa.decimal128(14, 2)),
        ("relative_likelihood_lower", pa.decimal128(14, 2)),
        ("relative_likelihood_upper", pa.decimal128(14, 2)),
        ("range", pa.string()),
    ]
)
ORGANISATION = pa.schema(
    [
        *INDICATOR,
        ("organisation_type", pa.string()),
        ("region_code", pa.string()),
        ("region_name", pa.string()),
        ("reason_not_calculable", pa.string()),
        ("differs_from_equal", pa.bool_()),
        ("reliability", pa.string()),
        ("entries_above_parity", pa.decimal128(14, 2)),
        ("excess_group", pa.string()),
        ("excess_entries", pa.int64()),
        ("entries_above_parity_lower", pa.decimal128(14, 2)),
        ("entries_above_parity_upper", pa.decimal128(14, 2)),
    ]
)
GOALS = pa.schema(
    [
        ("collection_year", pa.int32()),
        ("organisation_group", pa.string()),
        *((name, pa.int64()) for name in ("below", "within", "above", "not_calculable", "not_returned")),
        ("share_within_percent", pa.decimal128(14, 1)),
        ("small_organisations", pa.int64()),
        ("share_within_adjusted_percent", pa.decimal128(14, 1)),
        ("goal_percent", pa.int64()),
        ("goal_met", pa.bool_()),
    ]
)
COVERAGE = pa.schema(
    [
        ("collection_year", pa.int32()),
        *((name, pa.string()) for name in ("level", "code", "name", "organisation_group")),
        *((name, pa.int64()) for name in ("expected", "received", "accepted_with_queries", "rejected")),
        *((name, pa.int64()) for name in ("not_received", "late")),
        ("returned_percent", pa.decimal128(14, 1)),
    ]
)

CHANGED = {
    "previous_organisations": 1,
    "window": "single_year", "previous_window": "two_year_average", "break_in_series": True,
    "white_headcount": 2600, "bme_headcount": 800, "unknown_headcount": 70,
    "white_entered": "18", "bme_entered": "8", "unknown_entered": "0",
    "previous_white_headcount": 2505, "previous_bme_headcount": 725, "previous_unknown_headcount": 66,
    "previous_white_entered": "16.75", "previous_bme_entered": "9", "previous_unknown_entered": "0",
    "white_likelihood_percent": "0.69", "previous_white_likelihood_percent": "0.67",
    "white_likelihood_change_points": "0.02", "white_likelihood_change_ratio": "1.04",
    "bme_likelihood_percent": "1.00", "previous_bme_likelihood_percent": "1.24",
    "bme_likelihood_change_points": "-0.24", "bme_likelihood_change_ratio": "0.81",
    "overall_likelihood_percent": "0.75", "previous_overall_likelihood_percent": "0.78",
    "overall_likelihood_change_points": "-0.03", "overall_likelihood_change_ratio": "0.96",
    "relative_likelihood": "1.44", "previous_relative_likelihood": "1.86", "relative_likelihood_change": "-0.41",
}  # fmt: skip
QUERIED = {
    "collection_year": 2021, "organisation_group": "all", "severity": "query", "organisations": 3,
    "organisations_checked": 2, "organisations_with_findings": 1, "findings": 2, "organisations_corrected": 1,
}  # fmt: skip
MEASURES = ("relative_likelihood", "overall_likelihood_percent")
MOVED = dict.fromkeys(
    [
        *(f"organisations_rate_{moved}" for moved in ("same", "rose")),
        *(f"organisations_ratio_{moved}" for moved in ("same", "rose", "not_calculable")),
    ],
    0,
)


def rows(schema: pa.Schema, *lines: tuple[Any, ...]) -> pa.Table:
    """Rows given as tuples in the order of the schema; figures as text where they have places."""
    columns = zip(*lines, strict=True)
    arrays = [
        pa.array(map(_figure, column, [field] * len(lines)), field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _figure(value: Any, field: pa.Field) -> Any:
    if value is None or not pa.types.is_decimal(field.type):
        return value
    return Decimal(value).quantize(Decimal(1).scaleb(-field.type.scale))


def named_rows(name: str, *lines: dict[str, Any]) -> pa.Table:
    """Rows of a table as the indicators give it, by column name; what a line does not state is as in `completed`."""
    spec = load_specification().tables[name]
    schema = spec.arrow_schema()
    left_out = {column.name: left_out_value(column) for column in spec.columns}
    return rows(schema, *(tuple((left_out | line)[column] for column in schema.names) for line in lines))


def fill_missing_columns(name: str, table: pa.Table) -> pa.Table:
    """A table with the columns that it does not state: no figure where there may be none, else nought or no."""
    for column in load_specification().tables[name].columns:
        if column.name not in table.column_names:
            values = [left_out_value(column)] * table.num_rows
            table = table.append_column(column.name, pa.array(values, column.arrow_type()))
    return table


def left_out_value(column: Column) -> Any:
    """What stands in a column that a test says nothing about."""
    if column.null is not None:
        return None
    if column.values:
        return next(iter(column.values))
    return {"boolean": False, "string": "", "year": 0}.get(
        column.datatype, Decimal(0) if column.datatype in {"count", "decimal"} else 0
    )


NATION_2020 = ("6001", "1999", "300", "57.5", "33", "3", "0.96", "1.65", "1.13", "1.72", "1.13", "2.64", "above")


def indicator_row(year: int, level: str, code: str, name: str, group: str, *counts: Any) -> tuple[Any, ...]:
    window = "two_year_average" if year == 2020 else "single_year"
    organisations, *figures = counts
    whole = [None if figure is None else int(figure) for figure in figures[:3]]
    return (year, level, code, name, group, window, organisations, *whole, *figures[3:])


@pytest.fixture
def tables(small_tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """The small release, for a test to change."""
    return dict(small_tables)


@pytest.fixture(scope="session")
def small_tables() -> dict[str, pa.Table]:
    """A small release of two years; one ratio cannot be calculated, one count is a half, names have marks in them."""
    nation = [
        indicator_row(2020, "national", "england", "England", "all", 3, *NATION_2020),
        indicator_row(
            2021, "national", "england", "England", "all", 2, "5200", "1800", "210", "52", "24", "2",
            "1.00", "1.33", "1.08", "1.33", "0.83", "2.14", "above",
        ),
    ]  # fmt: skip
    region = [(row[0], "region", "Y61", "East of England", *row[4:]) for row in nation]
    kind = [
        (row[0], "organisation_type", "mental_health", "Mental health, learning disability", *row[4:]) for row in nation
    ]
    kent = indicator_row(
        2020, "organisation", "RXY", "Kent and Medway NHS and Social Care Partnership Trust", "trust", 1,
        "2505", "725", "66", "17", "9", "0", "0.68", "1.24", "0.79", "1.83", "0.83", "4.00", "above",
    )  # fmt: skip
    orchard = indicator_row(
        2020, "organisation", "RZ1", "St Mary's, Orchard & Vale NHS Trust", "trust", 1,
        "3460", "1254", "230", "40.5", "24", "3", "1.17", "1.91", "1.37", "1.64", "1.00", "2.68", "above",
    )  # fmt: skip
    island = indicator_row(
        2020, "organisation", "08W", "NHS Island CCG", "ccg", 1,
        "36", "20", "4", "0", "0", "0", "0.00", "0.00", "0.00", None, None, None, "not_calculable",
    )  # fmt: skip
    place = {"collection_year": 2021, "organisation_group": "trust"}
    england = place | {"level": "national", "code": "england", "name": "England", "organisation_group": "all"}
    kent_2021 = place | {"level": "organisation", "code": kent[2], "name": kent[3]}
    limits = {"lower_95": "0.41", "upper_95": "4.20", "lower_99_8": "0.12", "upper_99_8": None}
    funnel = kent_2021 | limits | {"figure": "1.83", "national_figure": "1.33", "dispersion": "1.10"}
    funnel |= {"outside_95": False, "outside_99_8": False, "size": "26"}
    moved = kent_2021 | {"break_in_series": True, "matched_organisations": 1, "years_between": 1}
    moved |= {"figure": "1.44", "previous_figure": None, "direction": None, "p_value": None, "q_value": None}
    counts = {
        "organisations": 2,
        "matched_organisations": 1,
        "organisations_rate_fell": 1,
        "organisations_ratio_fell": 1,
    }
    series = dict(zip(INDICATOR.names, kent, strict=True)) | {"made_of": 2, "complete": False, "break_in_series": False}
    south_east = ("Y59", "South East")
    stated = {
        "national": rows(INDICATOR, *nation),
        "region": rows(INDICATOR, *region),
        "organisation_type": rows(INDICATOR, *kind),
        "organisation": rows(
            ORGANISATION,
            (*orchard, "acute", "Y61", "East of England", None, True, "reliable", "9.32", "bme", 6, "0.00", "15.04"),
            (*island, "ccg", "", "", "no_white_entries", None, "not_judged", *[None] * 5),
            (*kent, "mental_health", *south_east, None, False, "low", "4.08", "bme", 3, "-1.85", "6.75"),
            (2021, *kent[1:5], "single_year", *kent[6:], "mental_health", *south_east,
             None, False, "low", "4.08", "bme", 3, "-1.85", "6.75"),
        ),
        "goals": rows(
            GOALS,
            (2020, "all", 0, 0, 2, 1, 0, "0.0", 1, "0.0", 51, False),
            (2021, "all", 0, 1, 1, 0, 2, "50.0", 0, None, None, None),
        ),
        "goal_distance": named_rows(
            "goal_distance",
            {
                "collection_year": 2020, "organisation_group": "all", "share_within_percent": "0.0",
                "goal_percent": 51, "points_to_goal": "51.0", "organisations_to_goal": 2,
            },
        ),
        "coverage": rows(
            COVERAGE,
            (2021, "national", "england", "England", "all", 4, 3, 1, 1, 1, 1, "50.0"),
            (2020, "national", "england", "England", "all", 3, 3, 0, 0, 0, 0, "100.0"),
        ),
        "data_quality": named_rows(
            "data_quality",
            QUERIED | {"edit_code": "Q303", "edit_title": "Relative likelihood high", "findings_explained": 1},
            QUERIED | {"edit_code": "Q309", "edit_title": "Sign-off missing", "findings_explained": None},
        ),
        "comparison": named_rows("comparison", england | CHANGED | MOVED | counts),
        "organisation_change": named_rows("organisation_change", kent_2021 | CHANGED),
        "organisation_series": named_rows("organisation_series", series),
        "published_series": published_series(2021),
        "funnel": named_rows("funnel", *(funnel | {"measure": measure} for measure in MEASURES)),
        "improvement": named_rows(
            "improvement", *(moved | {"measure": measure, "verdict": "not_tested"} for measure in MEASURES)
        ),
        "revisions": rows(
            no_revisions().schema,
            (2020, "organisation", *orchard[2:5], "organisation", None, "bme_entered", "2020-1.0", "23",
             "2020-1.1", "24", "One return came again."),
        ),
    }  # fmt: skip
    return {name: fill_missing_columns(name, table) for name, table in stated.items()}


@pytest.fixture(scope="session")
def about() -> ReleaseMetadata:
    return ReleaseMetadata(
        collection_year=2021,
        edition="1.0",
        audience="management",
        created_at=datetime(2022, 2, 24, 9, 30, 15, 250, tzinfo=UTC),
        simulated=True,
        rule_sets={2021: "2021.1", 2020: "2020.1"},
        code_version="0.1.0",
        build="2021-0001",
        publication=Publication(
            datetime(2022, 4, 7, 8, 30, tzinfo=UTC), "The team", "team@example.nhs.uk", "Final.", date(2023, 2, 22)
        ),
    )


@pytest.fixture(scope="session")
def made_release(
    tmp_path_factory: pytest.TempPathFactory, small_tables: dict[str, pa.Table], about: ReleaseMetadata
) -> Iterator[Path]:
    """The small release, made once and read-only: for a test to look at, or to copy."""
    from wres.release.writer import write_release

    folder = write_release(tmp_path_factory.mktemp("made") / "management", small_tables, about)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)  # so that the temporary folder can be removed


@pytest.fixture
def large_organisation() -> Callable[[pa.Table], pa.Table]:
    """An organisation table of 220 organisations and 8 years, made of the small one's rows."""

    def grow(small: pa.Table) -> pa.Table:
        template = small.slice(0, 1).to_pylist()[0]
        lines = [
            {**template, "collection_year": 2014 + year, "code": f"R{number:03}"}
            for year in range(8)
            for number in range(220)
        ]
        return pa.Table.from_pylist(lines, schema=small.schema)

    return grow


# Code: group, type, region; then staff, and twice the entries, of white, BME and unknown.
_COLLECTION = {
    "RXY": ("trust", "mental_health", "Y59", "South East", ((2505, 725, 66), (35, 18, 1))),
    "RJ1": ("trust", "acute", "Y56", "London", ((900, 800, 20), (18, 30, 0))),
    "RR8": ("trust", "acute", "", "", ((5000, 900, 40), (60, 9, 3))),
    "08W": ("ccg", "ccg", "Y56", "London", ((36, 20, 4), (0, 0, 0))),
    "T1520": ("alb", "", "Y59", "South East", ((700, 300, 5), (7, 7, 1))),
}


def _collection_figures(year: int, code: str) -> list[dict[str, Any]]:
    staff, doubled = _COLLECTION[code][4]
    halves = 1 if year == 2020 else 2
    template = load_template(load_year(year).template_version)
    release_files = {
        "workforce.clinical.band_5": [count + 10 * (year - 2020) for count in staff],
        "disciplinary.entered": [Decimal(count // halves) / (2 // halves) for count in doubled],
        "disciplinary.entered_previous_year": [Decimal(count) / 2 for count in doubled],
    }
    return [
        {
            "collection_year": year,
            "organisation_code": code,
            "item": item.code,
            "ethnic_group": group,
            "value": Decimal(release_files.get(item.code, (0, 0, 0))[number]),  # type: ignore[index]
        }
        for item in template.items
        if item.required
        for number, group in enumerate(("white", "bme", "unknown"))
    ]


def _finding_row(year: int, code: str, edit: str) -> dict[str, Any]:
    """One finding, of RJ1 only, explained in 2022; in the first year nothing could be looked at."""
    row = {"collection_year": year, "organisation_code": code, "edit_code": edit, "ran": year > 2020}
    has_finding = code == "RJ1" and year > 2020
    return row | {
        "findings": int(has_finding),
        "findings_explained": int(has_finding and year == 2022),
        "corrected": False,
    }


@pytest.fixture(scope="session")
def collection_tables() -> Callable[..., dict[str, pa.Table]]:
    """The tables of a small collection of 2020 to 2022 as the indicators give them.

    `years` are those collected; `change(year, code, figures)` may change a return, `missing` sent none.
    """

    tables_by_seed: dict[tuple[int, ...], dict[str, pa.Table]] = {}  # with nothing changed, which most tests begin with

    def make(
        years: tuple[int, ...] = (2020, 2021, 2022),
        change: Callable[[int, str, list[dict[str, Any]]], None] | None = None,
        missing: frozenset[tuple[int, str]] = frozenset(),
    ) -> dict[str, pa.Table]:
        if change or missing:
            return count_tables(years, change or (lambda *_: None), missing)
        if years not in tables_by_seed:
            tables_by_seed[years] = count_tables(years, lambda *_: None, missing)
        return dict(tables_by_seed[years])

    def count_tables(
        years: tuple[int, ...],
        change: Callable[[int, str, list[dict[str, Any]]], None],
        missing: frozenset[tuple[int, str]],
    ) -> dict[str, pa.Table]:
        figures: list[dict[str, Any]] = []
        organisations, findings = [], []
        for year in years:
            for code, (group, kind, region, region_name, _) in _COLLECTION.items():
                sent = (year, code) not in missing
                if sent:
                    sent_figures = _collection_figures(year, code)
                    change(year, code, sent_figures)
                    figures += sent_figures
                    findings += [_finding_row(year, code, "Q303"), _finding_row(year, code, "Q309")]
                organisations.append(
                    {
                        "collection_year": year,
                        "organisation_code": code,
                        "name": f"Organisation {code}",
                        "organisation_group": group,
                        "organisation_type": kind,
                        "region_code": region,
                        "region_name": region_name,
                        "status": "accepted" if sent else "rejected" if year == 2021 else "not_received",
                        "late": sent and code == "RR8",
                        "last_year_codes": code,
                    }
                )
        computed = compute_tables(
            pa.Table.from_pylist(figures, schema=INPUTS["figures"]),
            pa.Table.from_pylist(organisations, schema=INPUTS["organisations"]),
            collections_table(list(years)),
            findings=pa.Table.from_pylist(findings, schema=INPUTS["findings"]),
        )
        return {**computed, "published_series": published_series(max(years))}

    return make


@pytest.fixture(scope="session")
def three_years(collection_tables: Callable[..., dict[str, pa.Table]]) -> dict[str, pa.Table]:
    """A small collection of 2020 to 2022, as the indicators count it: five organisations, a break before 2021."""
    return {**collection_tables(), "revisions": no_revisions()}


@pytest.fixture(scope="session")
def official_three_years(three_years: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """The same collection as everybody may read it."""
    from wres.disclosure import protect
    from wres.reference.year_tables import DisclosurePolicy

    exact = {name: table for name, table in three_years.items() if name != "revisions"}
    protected = protect(
        exact, dict.fromkeys((2020, 2021, 2022), DisclosurePolicy(policy="protected", threshold=7, rounding=5))
    )
    return {**protected.tables, "revisions": no_revisions()}
