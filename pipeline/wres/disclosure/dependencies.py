"""Which printed counts each figure is worked out from: where one of them is held back, so is the figure."""

from wres.disclosure.primary_suppression import COUNTS

_WHITE = ("white_headcount", "white_entered")
_BME = ("bme_headcount", "bme_entered")
RATIO = (*_WHITE, *_BME)
STAFF = tuple(column for column in COUNTS if column.endswith("_headcount"))


def _before(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"previous_{column}" for column in columns)


# Of a row of national, region, organisation_type, organisation or organisation_series.
LEVEL = {
    "white_likelihood_percent": _WHITE,
    "bme_likelihood_percent": _BME,
    "overall_likelihood_percent": COUNTS,
    **dict.fromkeys(("relative_likelihood", "relative_likelihood_lower", "relative_likelihood_upper", "range"), RATIO),
    **dict.fromkeys(("reason_not_calculable", "differs_from_equal", "reliability"), RATIO),
    **dict.fromkeys((f"entries_above_parity{end}" for end in ("", "_lower", "_upper")), RATIO),
    **dict.fromkeys(("excess_group", "excess_entries"), RATIO),
}

_MEASURES = {"white_likelihood": _WHITE, "bme_likelihood": _BME, "overall_likelihood": COUNTS}

# Of a row of comparison or organisation_change.
CHANGE = {
    **{f"{measure}_percent": needed for measure, needed in _MEASURES.items()},
    **{f"previous_{measure}_percent": _before(needed) for measure, needed in _MEASURES.items()},
    **{
        f"{measure}_change_{what}": (*needed, *_before(needed))
        for measure, needed in _MEASURES.items()
        for what in ("points", "ratio")
    },
    "relative_likelihood": RATIO,
    "previous_relative_likelihood": _before(RATIO),
    "relative_likelihood_change": (*RATIO, *_before(RATIO)),
}

# How many organisations of a comparison moved which way is told by no printed count.
MOVED = (
    *(f"organisations_rate_{moved}" for moved in ("fell", "same", "rose")),
    *(f"organisations_ratio_{moved}" for moved in ("fell", "same", "rose", "not_calculable")),
)

# Of a row of improvement, by measure; every figure after the two needs both years.
MEASURED = {"overall_likelihood_percent": COUNTS, "relative_likelihood": RATIO}
IMPROVEMENT = {
    measure: {
        "figure": needed,
        "previous_figure": _before(needed),
        **dict.fromkeys(("direction", "p_value", "q_value", "verdict"), (*needed, *_before(needed))),
    }
    for measure, needed in MEASURED.items()
}

_LIMITS = ("lower_95", "upper_95", "lower_99_8", "upper_99_8")
_OUTSIDE = ("outside_95", "outside_99_8")

# Of a row of funnel, by measure: of the organisation's own counts, and of the nation's of its group.
FUNNEL_OWN = {
    "overall_likelihood_percent": {
        "figure": COUNTS,
        **dict.fromkeys(("size", *_LIMITS), STAFF),
        **dict.fromkeys(_OUTSIDE, COUNTS),
    },
    "relative_likelihood": {
        "size": ("white_entered", "bme_entered"),
        **dict.fromkeys(("figure", *_LIMITS, *_OUTSIDE), RATIO),
    },
}
FUNNEL_NATION = dict.fromkeys(("national_figure", *_LIMITS, *_OUTSIDE))
