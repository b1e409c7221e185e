"""What a data set of the API holds: filters, indicators, levels, locations and time periods.

The shape is that of the public API of Explore Education Statistics (Department for Education).
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from wres.outputs.table_schema import Column, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

Meta = dict[str, list[dict[str, Any]]]

YEAR, LEVEL, CODE, NAME = "collection_year", "level", "code", "name"
_NATION = {"id": "ENG", "label": "England", "code": "ENG"}
# The geographic level of each level of a table; a type of organisation is no place, so it is a filter of the nation.
_LEVELS = {
    "national": ("NAT", "National"),
    "region": ("REG", "Regional"),
    "organisation_type": ("NAT", "National"),
    "organisation": ("PROV", "Provider"),
}
_TYPE = "organisation_type"
_UNITS = {"per cent": "%", "percentage points": "pp"}


def data_set_meta(file: "pq.ParquetFile", spec: TableSpec) -> Meta:
    """Return what a table holds.

    Args:
        file: the table as it was published, with at least one row.
        spec: its specification.
    """
    names = set(file.schema_arrow.names)
    table = file.read([name for name in _identifying_columns(spec) if name in names])
    levels = _levels(table)
    places = _places(table)
    return {
        "filters": [*_filters(spec, table, places)],
        "indicators": [_indicator(column) for column in spec.figures if column.name in names],
        "geographicLevels": [{"code": code, "label": label} for code, label in dict.fromkeys(levels.values())],
        "locations": [
            {"level": {"code": code, "label": label}, "options": options}
            for (code, label), options in _locations(places, levels).items()
        ],
        "timePeriods": [
            {"code": "CY", "period": str(year), "label": str(year)} for year in sorted(table[YEAR].unique().to_pylist())
        ],
    }


def _identifying_columns(spec: TableSpec) -> list[str]:
    """List the columns that say what a row is about."""
    wanted = {YEAR, LEVEL, CODE, NAME, _TYPE, *spec.key}
    return [column.name for column in spec.columns if column.name in wanted]


def _places(table: "pa.Table") -> list[dict[str, Any]]:
    """Return each place that rows are about once, with its level, in the order of their last rows."""
    import pyarrow as pa

    columns = [name for name in (LEVEL, CODE, NAME) if name in table.column_names]
    if not columns:
        return [{"level": "national"}]
    numbered = table.select(columns).append_column("row", pa.array(range(table.num_rows)))
    places = numbered.group_by(columns).aggregate([("row", "max")]).sort_by("row_max").select(columns)
    return [{LEVEL: _level_of(row), **row} for row in places.to_pylist()]


def _level_of(row: Mapping[str, Any]) -> str:
    """Return the level of a row; a table without levels is about organisations where it has codes, else the nation."""
    return row.get(LEVEL) or ("organisation" if CODE in row else "national")


def _levels(table: "pa.Table") -> dict[str, tuple[str, str]]:
    """Return the geographic level of each level of the rows, in the order of their first rows."""
    level_rows = (
        [{LEVEL: level} for level in table[LEVEL].unique().to_pylist()] if LEVEL in table.column_names else [{}]
    )
    code = {CODE: None} if CODE in table.column_names else {}
    return {level: _LEVELS[level] for level in dict.fromkeys(_level_of({**row, **code}) for row in level_rows)}


def _locations(
    rows: Iterable[Mapping[str, Any]], levels: Mapping[str, tuple[str, str]]
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the places of each geographic level, sorted by code, each by its latest name."""
    options_by_level: dict[tuple[str, str], dict[str, dict[str, Any]]] = {place: {} for place in levels.values()}
    for row in rows:
        level, code = row[LEVEL], row.get(CODE)
        option = _NATION if level in {"national", _TYPE} else {"id": code, "label": row.get(NAME) or code, "code": code}
        options_by_level[levels[level]][str(option["code"])] = option
    return {place: [options[code] for code in sorted(options)] for place, options in options_by_level.items()}


def _filters(spec: TableSpec, table: "pa.Table", places: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Return what rows can be chosen by, beside place and time, with the values that the table has."""
    columns = spec.columns_by_name
    names = [name for name in (*spec.key, _TYPE) if name in columns and name not in {YEAR, LEVEL, CODE, NAME}]
    for name in dict.fromkeys(names):
        column = columns[name]
        values = table[name].unique().drop_null().to_pylist() if name in table.column_names else []
        options = [{"id": value, "label": _option_label(column, value)} for value in sorted(map(str, values))]
        yield {"id": name, "column": name, "label": column.title, "hint": column.description, "options": options}
    kinds = {str(row[CODE]): row[NAME] for row in places if row[LEVEL] == _TYPE}
    if _TYPE not in columns and kinds:
        options = [{"id": code, "label": kinds[code]} for code in sorted(kinds)]
        yield {"id": _TYPE, "column": CODE, "label": "Organisation type", "hint": "", "options": options}


def _option_label(column: Column, value: str) -> str:
    if column.values is not None:
        return column.values.get(value, value)
    return value.replace("_", " ").capitalize() if column.coded else value


def _indicator(column: Column) -> dict[str, Any]:
    stated: dict[str, Any] = {"id": column.name, "column": column.name, "label": column.title}
    stated["unit"] = _UNITS.get(column.unit or "")
    if column.is_number:
        stated["decimalPlaces"] = column.decimals
    return stated
