"""What a simulated collection must come to, counted from what was sent and not from what the pipeline made of it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from wres.reference.year_config import CollectionYear
from wres.returns.indicator_math import ENTERED, ENTERED_PREVIOUS_YEAR
from wres.returns.template_spec import newest_template
from wres.simulation.assumptions import STAFF_CELLS
from wres.simulation.delivery import Delivery

if TYPE_CHECKING:
    import pandas as pd

ETHNIC_GROUPS = newest_template().ethnic_groups


def true_counts(year: CollectionYear, deliveries: Iterable[Delivery]) -> "pd.DataFrame":
    """What the last good return of each organisation holds, one row an organisation, sorted by code.

    Columns: collection_year (int), organisation_code (str), then white_headcount, bme_headcount, unknown_headcount,
    white_entered, bme_entered and unknown_entered (Decimal, people; entered is the mean of the two years, in exact
    halves, where the year's window is the two-year average).
    """
    import pandas as pd

    last: dict[str, Delivery] = {}
    for delivery in sorted(deliveries, key=lambda delivery: delivery.sent_at):
        if delivery.figures is not None and delivery.sent_at <= year.hard_close:
            last[delivery.organisation_code] = delivery
    rows = [
        {"collection_year": year.year, "organisation_code": code} | _counts(year, last[code].figures or {})
        for code in sorted(last)
    ]
    names = [f"{group}_{measure}" for measure in ("headcount", "entered") for group in ETHNIC_GROUPS]
    return pd.DataFrame(rows, columns=["collection_year", "organisation_code", *names])


def _counts(year: CollectionYear, figures: Mapping[tuple[str, str], Decimal]) -> dict[str, Decimal]:
    counts = {}
    for group in ETHNIC_GROUPS:
        counts[f"{group}_headcount"] = sum((figures[item, group] for item in STAFF_CELLS), Decimal(0))
        entered = figures[ENTERED, group]
        if year.window == "two_year_average":
            entered = (entered + figures[ENTERED_PREVIOUS_YEAR, group]) / 2
        counts[f"{group}_entered"] = entered
    return counts
