"""One simulated collection year: what each organisation sends, when, and what is wrong with it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from wres.reference.register import predecessor_groups
from wres.reference.year_config import CollectionYear
from wres.returns.indicator_math import ENTERED
from wres.returns.template_spec import Template
from wres.simulation.delivery import Delivery, Figures
from wres.simulation.faults import FAULTS, FaultScenario
from wres.simulation.model import TOTAL, TrueFigures, true_figures
from wres.simulation.plans import SenderBehaviour, plan_year, sample_organisations
from wres.simulation.return_writer import Draft, content_of
from wres.validation.changes import ComparisonBasis, measure_changes
from wres.validation.usual_changes import UNKNOWN_REGION, RegionEntries, assumed_changes
from wres.validation.year_on_year import figure_array, year_counts

if TYPE_CHECKING:
    import pandas as pd

_ROLE = "Director of Workforce"
_CASES = "Simulated: the numbers are small, and each case has been reviewed by the board."


def simulate_year(
    year: CollectionYear,
    template: Template,
    register: "pd.DataFrame",
    successions: "pd.DataFrame",
    *,
    seed: int,
    returns: int | None = None,
    previous: Iterable[Delivery] = (),
) -> list[Delivery]:
    """Return all deliveries of a year, in the order in which they were sent; the same for the same arguments.

    `returns` limits how many organisations there are (None: all expected); `previous` are the deliveries of the year
    before, from which senders see last year's figures and explain what changed.

    Raises:
        WresError: a year, type or region that the model has no assumption for, a seed below 0 or fewer than
            one return.
    """
    truth = true_figures(register, successions, year, seed)
    names = dict(zip(register["code"], register["name"], strict=True))
    last_years = _last_years(previous, successions, truth.codes, year)
    plans = [plan for plan in plan_year(sample_organisations(truth.codes, returns, seed), year, seed) if plan.times]
    deliveries: list[Delivery] = []
    errors = 0
    for index, plan in enumerate(plans):
        draft = _draft(plan, truth, year, template, names[plan.code], last_years.get(plan.code))
        draft = replace(draft, another_code=plans[index - 1].code)
        if plan.wrong_first:
            wrong = FAULTS[(errors + year.year) % len(FAULTS)]
            deliveries.append(_wrong_delivery(draft, plan, wrong))
            errors += 1
        deliveries.append(_good_delivery(draft, plan))
    return sorted(deliveries, key=lambda delivery: (delivery.sent_at, delivery.organisation_code))


def _last_years(
    previous: Iterable[Delivery], successions: "pd.DataFrame", codes: Sequence[str], year: CollectionYear
) -> dict[str, Figures]:
    """Return last year's figures of each organisation, with those of organisations that it has taken over since."""
    figures = {
        sent.organisation_code: sent.figures
        for sent in previous
        if sent.figures is not None and sent.collection_year == year.year - 1
    }
    last_years: dict[str, Figures] = {}
    for code, pool in predecessor_groups(successions, codes, year).items() if figures else ():
        parts = [figures[code] for code in pool if code in figures]
        if parts:
            cells = [cell for cell in parts[0] if all(cell in part for part in parts)]
            last_years[code] = {cell: sum((part[cell] for part in parts), Decimal(0)) for cell in cells}
    return last_years


def _draft(
    plan: SenderBehaviour,
    truth: TrueFigures,
    year: CollectionYear,
    template: Template,
    name: str,
    last_year: Figures | None,
) -> Draft:
    """Make the return of one organisation, before anything is wrong with it."""
    cells = set(template.cells())
    figures = {
        cell: value
        for cell, value in truth.of(plan.code).items()
        if cell in cells and (plan.states_total or cell[0] != TOTAL)
    }
    texts = sign_off(plan.times[-1]) if plan.signs else {}
    if plan.explains:
        texts |= explanations(figures, last_year, year, template)
    return Draft(
        year=year,
        template=template,
        code=plan.code,
        name=name,
        form=plan.form,
        odd_csv=plan.odd_csv,
        figures=figures,
        texts=texts,
        last_year=last_year,
        another_code=plan.code,
    )


def _good_delivery(draft: Draft, plan: SenderBehaviour) -> Delivery:
    """Send a return as it should be."""
    ending = "-corrected" if plan.wrong_first else ""
    return Delivery(
        collection_year=draft.year.year,
        organisation_code=plan.code,
        file_name=f"simulated-{plan.code}-{draft.year.year}{ending}.{draft.form}",
        sent_at=plan.times[-1],
        content=content_of(draft),
        kind="corrected" if plan.wrong_first else "good",
        late=plan.times[-1] > draft.year.deadline,
        figures=draft.figures,
    )


def _wrong_delivery(draft: Draft, plan: SenderBehaviour, wrong: FaultScenario) -> Delivery:
    """Send a return with one fault; a fault of the bytes needs a plain file to change."""
    attempt = replace(draft, form=wrong.form or draft.form, odd_csv=False)
    if wrong.draft is not None:
        attempt = wrong.draft(attempt)
    content = content_of(attempt)
    return Delivery(
        collection_year=draft.year.year,
        organisation_code=plan.code,
        file_name=f"simulated-{plan.code}-{draft.year.year}.{attempt.form}",
        sent_at=plan.times[0],
        content=wrong.content(content) if wrong.content is not None else content,
        kind="wrong",
        late=plan.times[0] > draft.year.deadline,
        fault=wrong.name,
        edits=wrong.edits,
    )


def sign_off(when: datetime) -> dict[str, str]:
    """Return a complete sign-off; nobody is named, since nobody is real."""
    return {"signoff.name": f"{_ROLE} (simulated)", "signoff.role": _ROLE, "signoff.date": when.date().isoformat()}


def explanations(
    figures: Figures, last_year: Figures | None, year: CollectionYear, template: Template
) -> dict[str, str]:
    """Return an explanation for each of the commonest queries that these figures invite, by the text's key."""
    now, before = (year_counts(figure_array([known], template)) for known in (figures, last_year))
    nowhere = RegionEntries.of_rows([UNKNOWN_REGION])
    usual, staff, entered = assumed_changes(year.thresholds), before.staff, before.entered
    changes = measure_changes(now, ComparisonBasis(before, staff, entered, usual, nowhere, np.nan, year.thresholds))
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
