"""The rules that every contender is given, as plain data: what a return holds and what may stand in it."""

from typing import Any

from benchmarks.nation import TEMPLATE, YEAR
from wres.reference.year_config import load_year
from wres.returns.indicator_math import ENTERED
from wres.returns.template_spec import newest_template

ETHNIC_GROUPS = newest_template().ethnic_groups


def shared_rules() -> dict[str, Any]:
    """Items, which of them are optional or summands of the staff, the largest figure that is believed."""
    [part] = [item for item in TEMPLATE.items if item.part_of]
    return {
        "items": [item.code for item in TEMPLATE.items],
        "groups": list(ETHNIC_GROUPS),
        "optional": [item.code for item in TEMPLATE.items if not item.required],
        "summands": [item.code for item in TEMPLATE.items if item.in_total],
        "entered": ENTERED,
        "total": "workforce.total",
        "part": part.code,
        "whole": part.part_of,
        "limit": int(load_year(YEAR).thresholds["beyond_any_employer"]),
    }
