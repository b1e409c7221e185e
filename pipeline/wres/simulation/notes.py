"""What senders write beside their figures: the sign-off by role, and explanations of what will be asked about."""

from datetime import datetime

import numpy as np

from wres.reference.year_config import CollectionYear
from wres.returns.indicator_math import ENTERED
from wres.returns.template_spec import Template
from wres.simulation.return_writer import Figures
from wres.validation.changes import Comparison, measure_changes
from wres.validation.usual_changes import RegionCounts, assumed_changes
from wres.validation.year_on_year import figure_array, year_counts

_ROLE = "Director of Workforce"
_CASES = "Simulated: the numbers are small, and each case has been reviewed by the board."


def sign_off(when: datetime) -> dict[str, str]:
    """Return a complete sign-off; nobody is named, since nobody is real."""
    return {"signoff.name": f"{_ROLE} (simulated)", "signoff.role": _ROLE, "signoff.date": when.date().isoformat()}


def explanations(
    figures: Figures, last_year: Figures | None, year: CollectionYear, template: Template
) -> dict[str, str]:
    """Return an explanation for each of the commonest queries that these figures invite, by the text's key."""
    now, before = (year_counts(figure_array([known], template)) for known in (figures, last_year))
    nowhere = RegionCounts.of_rows([[np.nan] * 5])
    usual, staff, entered = assumed_changes(year.thresholds), before.staff, before.entered
    changes = measure_changes(now, Comparison(before, staff, entered, usual, nowhere, np.nan, year.thresholds))
    changed = {name: float(values[0]) for name, values in changes.items()}
    texts = {}
    if changed["ratio_chance"] < changed["ratio_chance_limit"]:
        texts["explanation.Q321"] = _CASES
    if changed["rate_chance"] < changed["rate_chance_limit"]:
        texts["explanation.Q322"] = _CASES
    if not any(figures[ENTERED, group] for group in template.ethnic_groups):
        texts["explanation.Q323"] = "Simulated: no formal investigation began in the year."
    risen = changed["unknown_move"] > changed["unknown_move_limit"]
    if risen or changed["unknown_percent"] > changed["unknown_percent_limit"]:
        texts["explanation.Q326"] = "Simulated: staff who transferred in have not yet been asked for their ethnicity."
    return texts
