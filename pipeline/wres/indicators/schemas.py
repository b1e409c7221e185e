"""What goes in and what comes out: the columns and types of the indicators' input views and published tables."""

import pyarrow as pa

_YEAR = ("collection_year", pa.int32())
_ENTERED = pa.decimal128(14, 2)  # people; a mean of two halves needs two places
_MEASURE = pa.decimal128(14, 2)  # ratios, percentages and entries above parity, rounded to two places
_CHANCE = pa.decimal128(14, 4)
_SHARE = pa.decimal128(5, 1)  # percentages of organisations, rounded to one place


def _strings(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, pa.string()) for name in names]


def _integers(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, pa.int64()) for name in names]


# Only what the views need of the warehouse's tables; one row per what is said in `compute.compute_tables`.
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
            ("small_numbers_entries", pa.int32()),
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
    "successions": pa.schema([_YEAR, *_strings("organisation_code", "last_year_code")]),
    "lineages": pa.schema([_YEAR, ("latest_year", pa.int32()), *_strings("organisation_code", "member_code")]),
}

_MEASURES = [
    *_integers("white_headcount", "bme_headcount", "unknown_headcount"),
    *((f"{group}_entered", _ENTERED) for group in ("white", "bme", "unknown")),
    *((f"{group}_likelihood_percent", _MEASURE) for group in ("white", "bme", "overall")),
    ("relative_likelihood", _MEASURE),
    ("relative_likelihood_lower", _MEASURE),
    ("relative_likelihood_upper", _MEASURE),
    ("range", pa.string()),
]
_SHARED = [
    _YEAR,
    *_strings("level", "code", "name", "organisation_group", "window"),
    ("organisations", pa.int32()),
    *_MEASURES,
]

_GROUPS = ("white", "bme", "unknown")


def _change(measure: str) -> list[tuple[str, pa.DataType]]:
    figures = (f"{measure}_percent", f"previous_{measure}_percent")
    return [(name, _MEASURE) for name in (*figures, f"{measure}_change_points", f"{measure}_change_ratio")]


_PLACE = [_YEAR, *_strings("level", "code", "name", "organisation_group")]
_CHANGES = [
    *_integers("previous_organisations"),
    *_strings("window", "previous_window"),
    ("break_in_series", pa.bool_()),
    *(
        (f"{side}{group}_{what}", kind)
        for side in ("", "previous_")
        for what, kind in (("headcount", pa.int64()), ("entered", _ENTERED))
        for group in _GROUPS
    ),
    *_change("white_likelihood"),
    *_change("bme_likelihood"),
    *_change("overall_likelihood"),
    *(
        (name, _MEASURE)
        for name in ("relative_likelihood", "previous_relative_likelihood", "relative_likelihood_change")
    ),
]

PUBLISHED: dict[str, pa.Schema] = {
    "national": pa.schema(_SHARED),
    "region": pa.schema(_SHARED),
    "organisation_type": pa.schema(_SHARED),
    "organisation": pa.schema(
        [
            *_SHARED,
            *_strings("organisation_type", "region_code", "region_name", "reason_not_calculable"),
            ("differs_from_equal", pa.bool_()),
            *_strings("reliability"),
            ("entries_above_parity", _MEASURE),
            *_strings("excess_group"),
            ("excess_entries", pa.int64()),
            *((f"entries_above_parity_{end}", _MEASURE) for end in ("lower", "upper")),
        ]
    ),
    "goals": pa.schema(
        [
            _YEAR,
            *_strings("organisation_group"),
            *_integers("below", "within", "above", "not_calculable", "not_returned"),
            ("share_within_percent", _SHARE),
            *_integers("small_organisations"),
            ("share_within_adjusted_percent", _SHARE),
            ("goal_percent", pa.int32()),
            ("goal_met", pa.bool_()),
        ]
    ),
    "goal_distance": pa.schema(
        [
            _YEAR,
            *_strings("organisation_group"),
            ("share_within_percent", _SHARE),
            ("goal_percent", pa.int32()),
            ("points_to_goal", _SHARE),
            *_integers("organisations_to_goal"),
        ]
    ),
    "coverage": pa.schema(
        [
            _YEAR,
            *_strings("level", "code", "name", "organisation_group"),
            *_integers("expected", "received", "accepted_with_queries", "rejected", "not_received", "late"),
            ("returned_percent", _SHARE),
        ]
    ),
    "data_quality": pa.schema(
        [
            _YEAR,
            *_strings("organisation_group", "edit_code", "edit_title", "severity"),
            *_integers("organisations", "organisations_checked", "organisations_with_findings", "findings"),
            *_integers("findings_explained", "organisations_corrected"),
        ]
    ),
    "comparison": pa.schema(
        [
            *_PLACE,
            *_integers("organisations", "matched_organisations"),
            *_CHANGES,
            *_integers(*(f"organisations_rate_{moved}" for moved in ("fell", "same", "rose"))),
            *_integers(*(f"organisations_ratio_{moved}" for moved in ("fell", "same", "rose", "not_calculable"))),
        ]
    ),
    "organisation_change": pa.schema([*_PLACE, *_CHANGES]),
    "organisation_series": pa.schema(
        [
            _YEAR,
            *_strings("code", "name", "organisation_group", "window"),
            ("break_in_series", pa.bool_()),
            *_integers("made_of", "organisations"),
            ("complete", pa.bool_()),
            *_MEASURES,
        ]
    ),
    "funnel": pa.schema(
        [
            _YEAR,
            *_strings("code", "name", "organisation_group", "measure"),
            ("size", _ENTERED),
            *((name, _MEASURE) for name in ("figure", "national_figure")),
            *((f"{end}_{part}", _MEASURE) for part in ("95", "99_8") for end in ("lower", "upper")),
            ("outside_95", pa.bool_()),
            ("outside_99_8", pa.bool_()),
            ("dispersion", _MEASURE),
        ]
    ),
    "improvement": pa.schema(
        [
            _YEAR,
            *_integers("years_between"),
            *_strings("level", "code", "name", "organisation_group"),
            ("break_in_series", pa.bool_()),
            *_integers("matched_organisations"),
            *_strings("measure"),
            *((name, _MEASURE) for name in ("figure", "previous_figure")),
            *_strings("direction"),
            ("p_value", _CHANCE),
            ("q_value", _CHANCE),
            *_strings("verdict"),
        ]
    ),
}

SORTED_BY = ("collection_year", "years_between", "level", "organisation_group", "code", "measure", "edit_code")
