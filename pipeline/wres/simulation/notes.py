"""What senders write beside their figures: the sign-off by role, and explanations of what will be asked about."""

from datetime import datetime
from fractions import Fraction

from wres.reference.year_config import CollectionYear
from wres.returns.indicator_math import ENTERED, group_counts, relative_likelihood
from wres.returns.parsed_return import ETHNIC_GROUPS
from wres.returns.template_spec import Template
from wres.simulation.return_writer import Figures

_ROLE = "Director of Workforce"


def sign_off(when: datetime) -> dict[str, str]:
    """A complete sign-off; nobody is named, since nobody is real."""
    return {"signoff.name": f"{_ROLE} (simulated)", "signoff.role": _ROLE, "signoff.date": when.date().isoformat()}


def explanations(
    figures: Figures, last_year: Figures | None, year: CollectionYear, template: Template
) -> dict[str, str]:
    """An explanation for each of the commonest queries that these figures invite, by the text's key."""
    texts = {}
    limits = year.thresholds
    staff = {group: count.headcount or 0 for group, count in group_counts(figures, template).items()}
    if staff["unknown"] * 100 > sum(staff.values()) * limits["unknown_ethnicity_percent"]:
        texts["explanation.Q301"] = "Simulated: staff who transferred in have not yet been asked for their ethnicity."
    ratio, before = _ratio(figures, template), _ratio(last_year, template)
    fold = limits["relative_likelihood_fold"]
    jumped = ratio is not None and before is not None and not before <= ratio * fold <= before * fold * fold
    if ratio is not None and (jumped or ratio > limits["relative_likelihood_high"]):
        texts["explanation.Q303"] = "Simulated: the numbers are small, and each case has been reviewed by the board."
    if not any(figures[ENTERED, group] for group in ETHNIC_GROUPS):
        texts["explanation.Q305"] = "Simulated: no formal investigation began in the year."
    return texts


def _ratio(figures: Figures | None, template: Template) -> Fraction | None:
    """The relative likelihood, None where there is nothing to calculate it from."""
    counts = group_counts(figures or {}, template)
    white, bme = counts["white"], counts["bme"]
    if white.headcount is None or bme.headcount is None or white.entered is None or bme.entered is None:
        return None
    return relative_likelihood(white.headcount, bme.headcount, white.entered, bme.entered)
