"""Declare the columns and types of the indicators' inputs, and give those of the published tables."""

import pyarrow as pa

from wres.outputs.table_schema import TableSpec, load_specification

_YEAR = ("collection_year", pa.int32())


def _strings(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, pa.string()) for name in names]


# The columns that the views need of the warehouse's tables; `compute.compute_tables` says what a row is.
INPUTS: dict[str, pa.Schema] = {
    "figures": pa.schema(
        [_YEAR, *_strings("organisation_code", "item", "ethnic_group"), ("value", pa.decimal128(12, 1))]
    ),
    "organisations": pa.schema(
        [
            _YEAR,
            *_strings("organisation_code", "name", "organisation_group", "organisation_type"),
            *_strings("region_code", "region_name", "status"),
            ("late", pa.bool_()),
            ("last_year_codes", pa.string()),  # joined by a space
        ]
    ),
    "collections": pa.schema(
        [
            _YEAR,
            *_strings("window", "template_version"),
            ("goal_percent", pa.int32()),  # null where the year has no goal
            ("small_numbers_entries", pa.int32()),  # null where the year states no adjusted share
        ]
    ),
    "findings": pa.schema(
        [
            _YEAR,
            *_strings("organisation_code", "edit_code"),
            *((name, pa.int32()) for name in ("findings", "findings_explained")),
            *((name, pa.bool_()) for name in ("ran", "corrected")),
        ]
    ),
    "edits": pa.schema([*_strings("edit_code", "edit_title", "severity"), ("to_be_explained", pa.bool_())]),
    "items": pa.schema([_YEAR, *_strings("item"), ("required", pa.bool_()), ("in_total", pa.bool_())]),
    "ethnic_groups": pa.schema([_YEAR, *_strings("ethnic_group"), ("is_known", pa.bool_())]),
    "group_members": pa.schema([_YEAR, *_strings("ethnic_group", "member")]),
    "comparisons": pa.schema([_YEAR, *_strings("measure", "ethnic_group", "comparator")]),
    "successions": pa.schema([_YEAR, *_strings("organisation_code", "last_year_code")]),
    "lineages": pa.schema([_YEAR, ("latest_year", pa.int32()), *_strings("organisation_code", "member_code")]),
}


def measured_tables() -> dict[str, TableSpec]:
    """Return the published tables that the SQL computes."""
    return {name: spec for name, spec in load_specification().tables.items() if spec.is_measured}
