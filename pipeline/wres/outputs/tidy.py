"""One tidy file: the indicator in long form, and its meta file, for R, Power BI and Explore Education Statistics.

Every figure is that of another published table, symbol for symbol; nothing is added that those do not hold.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from wres.outputs.csv_writer import count_text
from wres.outputs.csvw import csvw_bytes
from wres.outputs.formatting import PublishedRow, Tables, rows_of
from wres.outputs.group_columns import columns_of_measure, long_group_label
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.table_schema import SUPPRESSED_SYMBOL, Column, Datatype, TableSpec
from wres.returns.template_spec import newest_template
from wres.safe_text import escape_formula

NAME = "tidy"
_FILE = Path(__file__).with_suffix(".toml")
_TOTAL = "Total"  # the item of a filter that EES shows first
_NOT_APPLICABLE, _NOT_AVAILABLE = "z", "x"
_MISSING = _NOT_AVAILABLE + _NOT_APPLICABLE
_TABLES = ("national", "region", "organisation_type", "organisation")
_GROUP_MEASURES = ("headcount", "entered", "likelihood_percent")  # of each ethnic group
_RANGES = ("below", "within", "above", "not_calculable")
_UNITS = ("time_period", "time_identifier", "geographic_level", "country_code", "country_name")
_META = (
    "col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp", "filter_hint",
    "filter_grouping_column",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TidyRules:
    """The content of `tidy.toml`."""

    title: str
    description: str
    country: Mapping[str, str]
    filters: Mapping[str, Mapping[str, str]]
    indicators: Mapping[str, Mapping[str, Any]]


@cache
def tidy_rules() -> TidyRules:
    """Read what the tidy file holds."""
    with _FILE.open("rb") as file:
        return TidyRules(**tomllib.load(file))


def tidy_files(tables: Tables, about: ReleaseMetadata) -> dict[str, bytes]:
    """Make the tidy file of a release, its meta file for EES, and its metadata in CSV on the Web.

    Args:
        tables: every table by name, in the declared types and order; of an official release with what is suppressed.
        about: the release.
    """
    columns = [*_UNITS, *tidy_rules().filters, *tidy_rules().indicators]
    rows = ([row[column] for column in columns] for row in _rows(tables))
    return {
        f"{NAME}.csv": _csv(columns, rows),
        f"{NAME}.meta.csv": _csv(_META, _meta_rows()),
        f"{NAME}.csv-metadata.json": csvw_bytes(_spec(), about),
    }


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _meta_rows() -> Iterator[list[str]]:
    """Return a row for each column that is no observational unit, as EES asks."""
    for name, stated in tidy_rules().filters.items():
        yield [name, "Filter", stated["label"], "", "", "", stated["hint"], ""]
    for name, stated in tidy_rules().indicators.items():
        yield [name, "Indicator", stated["label"], stated["group"], stated.get("unit", ""), str(stated["dp"]), "", ""]


def _rows(tables: Tables) -> Iterator[dict[str, str]]:
    """Return a row for each published row of the indicator and each ethnic group, all groups together first."""
    groups = newest_template().ethnic_groups
    goals = {(row["collection_year"], row["organisation_group"]): row for row in rows_of(tables, "goals")}
    for table in _TABLES:
        for row in rows_of(tables, table):
            place = {**_units(row), **_filters(row)}
            ranges = _ranges(row, goals.get((row["collection_year"], row["organisation_group"])))
            yield {**place, "minority_ethnic": _TOTAL, **_all_staff(row), **_ratio(row), **ranges}
            for group in groups:
                yield {**place, "minority_ethnic": long_group_label(group), **_one_group(row, group)}


def _units(row: PublishedRow) -> dict[str, str]:
    country = tidy_rules().country
    values = (str(row["collection_year"]), country["identifier"], country["level"], country["code"], country["name"])
    return dict(zip(_UNITS, values, strict=True))


def _filters(row: PublishedRow) -> dict[str, str]:
    """Return the filters of a row; a filter that does not narrow it down says Total."""
    level, name = row["level"], escape_formula(str(row["name"]))
    group = _TOTAL if row["organisation_group"] == "all" else row.text("organisation_group")
    place = {"breakdown": _TOTAL if level == "national" else row.text("level"), "organisation_group": group}
    place |= dict.fromkeys(("nhs_region", "organisation_type", "organisation", "organisation_code"), _TOTAL)
    if level == "region":
        place["nhs_region"] = name
    elif level == "organisation_type":
        place["organisation_type"] = name
    elif level == "organisation":
        place["nhs_region"] = row["region_name"] or "Not known"
        place["organisation_type"] = row.text("organisation_type") if row["organisation_type"] else "Not known"
        place |= {"organisation": f"{name} ({row['code']})", "organisation_code": row["code"]}
    return place


def _one_group(row: PublishedRow, group: str) -> dict[str, str]:
    columns = {measure: columns_of_measure(measure).get(group, "") for measure in _GROUP_MEASURES}
    return {
        **dict.fromkeys(tidy_rules().indicators, _NOT_APPLICABLE),
        **{measure: _printed(row, name) if name in row else _NOT_AVAILABLE for measure, name in columns.items()},
    }


def _all_staff(row: PublishedRow) -> dict[str, str]:
    """Return the figures of all groups together: the sum of what is printed, suppressed where one of them is."""
    return {
        "headcount": _sum(row, "headcount"),
        "entered": _sum(row, "entered"),
        "likelihood_percent": _printed(row, "overall_likelihood_percent"),
    }


def _sum(row: PublishedRow, measure: str) -> str:
    counts = [row[columns_of_measure(measure)[group]] for group in newest_template().ethnic_groups]
    return SUPPRESSED_SYMBOL if None in counts else count_text(sum(counts))


def _ratio(row: PublishedRow) -> dict[str, str]:
    names = ("relative_likelihood", "relative_likelihood_lower", "relative_likelihood_upper", "organisations")
    return {name: _printed(row, name) for name in names}


def _ranges(row: PublishedRow, goal: PublishedRow | None) -> dict[str, str]:
    """Return how many organisations are in each range; for England those of the table goals."""
    names = {kind: f"organisations_{kind}" + ("_range" if kind != "not_calculable" else "") for kind in _RANGES}
    if row["level"] == "organisation":
        hidden = row["range"] is None
        return {name: SUPPRESSED_SYMBOL if hidden else str(int(row["range"] == kind)) for kind, name in names.items()}
    if row["level"] == "national" and goal is not None:
        return {name: _printed(goal, kind) for kind, name in names.items()}
    return dict.fromkeys(names.values(), _NOT_AVAILABLE)


def _printed(row: PublishedRow, name: str) -> str:
    """Return a figure as the CSV of its table prints it."""
    value = row[name]
    return (
        row.text(name).strip("[]") if value is None else count_text(value) if name.endswith("entered") else str(value)
    )


@cache
def _spec() -> TableSpec:
    """Return the columns for the metadata in CSV on the Web."""
    rules = tidy_rules()
    units = [Column(name, name, "A column that EES asks for.", "string") for name in _UNITS]
    filters = [Column(name, stated["label"], stated["hint"], "string") for name, stated in rules.filters.items()]
    indicators = [
        Column(name, stated["label"], f"{stated['label']}.", _datatype(stated["dp"]), stated["dp"], null=_MISSING)
        for name, stated in rules.indicators.items()
    ]
    key = ("time_period", *rules.filters)
    return TableSpec(NAME, 0, rules.title, NAME, rules.description, key, (*units, *filters, *indicators))


def _datatype(places: int) -> Datatype:
    return "decimal" if places else "integer"
