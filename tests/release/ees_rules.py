"""The rules that Explore Education Statistics holds a data file and its meta file to, as a list of what breaks them.

After the checks of its screener, github.com/dfe-analytical-services/eesyscreener (R/ and data-raw/, seen in November
2026), written from what each check says. Each sentence begins with the name of the check.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator

Row = dict[str, str]
UNITS = ("time_period", "time_identifier", "geographic_level", "country_code", "country_name")
META = {
    "col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp", "filter_hint",
    "filter_grouping_column",
}  # fmt: skip
FOUR_DIGITS = {"Calendar year", "Reporting year"}
UNIT_SIGNS = {"", "%", "pp", "£", "£m", "numberstring"}
LONGEST = {"column": 50, "label": 100, "item": 120}
GEOGRAPHY = re.compile(
    r"(^(country|sch|prov|inst|estab|reg|la|local|rsc|pfa|pcon|lep|mca|oa|ward|mat).*"
    r"(name|code|urn|ukprn|number|upin|id)$)"
    r"|(^(laestab|estab|schools?|sch|providers?|prov|institutions?|inst|name|code|urn|ukprn|number|upin|id|region|la|lad"
    r"|rsc|pcon|lep|mca|oa|ward|mat)$)",
    re.IGNORECASE,
)
ITEMS_IN_NAMES = re.compile(
    "male|female|asian|chinese|indian|pakistani|bangladeshi|black|african|caribbean|white|roma|irish|english|british"
    "|scottish|welsh|arab"
)
HARMONISED = re.compile("ethnic")
ETHNICITY = {"ethnicity_major", "ethnicity_minor", "ethnicity_detailed", "minority_ethnic"}
NULLS, LEGACY = {"NULL", "Null", "null", "NA", "na"}, {"N/A", "n/a", ".", "..", "-", "~", ":"}
SYMBOLS = {"c", "k", "low", "u", "w", "x", "z"}


def broken_rules(data_name: str, meta_name: str, data: list[Row], meta: list[Row]) -> list[str]:
    """Every rule that a pair of files breaks."""
    filters = [row["col_name"] for row in meta if row["col_type"] == "Filter"]
    indicators = [row["col_name"] for row in meta if row["col_type"] == "Indicator"]
    messages = [*_names(data_name, meta_name, data, meta), *_meta(meta), *_units(data)]
    messages += [*_filters(data, filters), *_indicators(data, meta, indicators), *_rows(data, filters)]
    return messages


def _names(data_name: str, meta_name: str, data: list[Row], meta: list[Row]) -> Iterator[str]:
    if meta_name != data_name.replace(".csv", ".meta.csv"):
        yield "filenames_match"
    if not re.fullmatch(r"[A-Za-z0-9_-]+\.csv", data_name):
        yield "filename_special"
    columns = list(data[0])
    named = [row["col_name"] for row in meta]
    if missing := [unit for unit in UNITS if unit not in columns]:
        yield f"col_req_data: {missing}"
    if set(named) | set(UNITS) != set(columns):
        yield f"cross_data_to_meta: {set(named).symmetric_difference(set(columns) - set(UNITS))}"
    for name in columns:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield f"col_snake_case: {name}"
        if len(name) > LONGEST["column"]:
            yield f"api_char_col_name: {name}"


def _meta(meta: list[Row]) -> Iterator[str]:
    if set(meta[0]) != META:
        yield f"col_req_meta: {set(meta[0]) ^ META}"
    for column, check in (("col_name", "meta_col_name_dupe"), ("label", "meta_dupe_label")):
        if twice := [value for value, count in Counter(row[column] for row in meta).items() if count > 1]:
            yield f"{check}: {twice}"
    for row in meta:
        yield from (f"{check}: {row['col_name']}" for check, breaks in _META_RULES.items() if breaks(row))


_META_RULES: dict[str, Callable[[Row], bool]] = {
    "meta_col_type": lambda row: row["col_type"] not in {"Filter", "Indicator"},
    "meta_label": lambda row: not row["label"].strip(),
    "api_char_col_label": lambda row: len(row["label"]) > LONGEST["label"],
    "meta_indicator_grouping": lambda row: row["col_type"] == "Filter" and bool(row["indicator_grouping"]),
    "meta_ind_unit": lambda row: row["col_type"] == "Filter" and bool(row["indicator_unit"]),
    "meta_ind_dp_set": lambda row: row["col_type"] == "Filter" and bool(row["indicator_dp"]),
    "meta_filter_hint": lambda row: row["col_type"] == "Indicator" and bool(row["filter_hint"]),
    "meta_filter_group": lambda row: row["col_type"] == "Indicator" and bool(row["filter_grouping_column"]),
    "meta_ind_unit_validation": lambda row: row["indicator_unit"] not in UNIT_SIGNS,
    "meta_ind_dp_values": lambda row: bool(row["indicator_dp"]) and not row["indicator_dp"].isdecimal(),
    "meta_geog_catch": lambda row: row["col_type"] == "Filter" and bool(GEOGRAPHY.search(row["col_name"])),
    "col_ind_smushed": lambda row: row["col_type"] == "Indicator" and bool(ITEMS_IN_NAMES.search(row["col_name"])),
    "harmonised_variables": lambda row: bool(HARMONISED.search(row["col_name"])) and row["col_name"] not in ETHNICITY,
}


def _units(data: list[Row]) -> Iterator[str]:
    for row in data:
        if row["time_identifier"] not in FOUR_DIGITS or not re.fullmatch(r"\d{4}", row["time_period"]):
            yield f"time_period: {row['time_period']} {row['time_identifier']}"
        if row["geographic_level"] != "National":  # of all levels the one that needs no further column
            yield f"geog_level: {row['geographic_level']}"
        if (row["country_code"], row["country_name"]) != ("E92000001", "England"):
            yield f"geog_country_combos: {row['country_code']}"
    if len({row["time_identifier"] for row in data}) > 1:
        yield "time_id_mix"


def _filters(data: list[Row], filters: list[str]) -> Iterator[str]:
    for name in filters:
        items = {row[name] for row in data}
        if len(items) < 2:
            yield f"filter_not_singular: {name}"
        if "Total" not in items:
            yield f"filter_defaults: {name}"
        if any(not item.strip() for item in items):
            yield f"filter_blanks: {name}"
        if any(item != item.strip() or "  " in item for item in items):
            yield f"filter_whitespace: {name}"
        if any(len(item) > LONGEST["item"] for item in items):
            yield f"api_char_filter_items: {name}"


def _indicators(data: list[Row], meta: list[Row], indicators: list[str]) -> Iterator[str]:
    places = {row["col_name"]: int(row["indicator_dp"] or 0) for row in meta}
    for name in indicators:
        for value in {row[name] for row in data}:
            if value == "" or value in LEGACY:
                yield f"ind_invalid_entry: {name} {value!r}"
            elif value not in SYMBOLS and not re.fullmatch(rf"-?\d+(\.\d{{1,{places[name] or 1}}})?", value):
                yield f"a value of {name} is no number: {value}"


def _rows(data: list[Row], filters: list[str]) -> Iterator[str]:
    keys = Counter(tuple(row[name] for name in (*UNITS, *filters)) for row in data)
    yield from (f"general_dupes: {key}" for key, count in keys.items() if count > 1)
    values = {value for row in data for value in row.values()}
    if values & NULLS:
        yield f"general_null: {values & NULLS}"
    if any(not any(row.values()) for row in data):
        yield "empty_rows"
