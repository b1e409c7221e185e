"""A corrected return is held to what a return that is sent is held to: both results agree on any figures."""

import random
from decimal import Decimal
from typing import Any

import pytest

from wres.returns.consistency import TOTAL, consistency_errors
from wres.returns.template_spec import newest_template

ETHNIC_GROUPS = newest_template().ethnic_groups

STAFF = ("workforce.clinical.band_5", "workforce.medical.consultants")
CHANGED = (
    *STAFF,
    "workforce.medical.senior_medical_managers",
    TOTAL,
    "disciplinary.entered",
    "disciplinary.entered_previous_year",
)


FEW_STAFF = 20  # in smaller groups more entries than staff are a query


@pytest.mark.parametrize("desk", ["single", "two_year"])
def test_it_finds_what_the_edits_would_reject(desk: str, request: pytest.FixtureRequest) -> None:
    """Over small figures, so that each rule is broken and kept many times."""
    of_year: Any = request.getfixturevalue(desk)
    dice = random.Random(desk)
    returns = [_changes(of_year, dice) for _ in range(300)]
    results = of_year.validate(*(of_year.submission(of_year.read(changes)) for changes in returns))
    seen = set()
    for changes, result in zip(returns, results, strict=True):
        wanted = sorted(finding.code for finding in result.findings if finding.severity == "reject")
        figures = {key: Decimal(value) for key, value in of_year.figures(changes).items()}
        assert sorted(error[:4] for error in consistency_errors(figures, of_year.template, FEW_STAFF)) == wanted, (
            changes
        )
        seen |= set(wanted) or {"sound"}
    assert seen == {"sound", "V205", "V206", "V207", "V208"}


def _changes(desk: Any, dice: random.Random) -> dict[tuple[str, str], str]:
    most = dice.choice((0, 3, 30))
    few = {item.code for item in desk.template.items} & set(CHANGED)
    changes = {(item.code, group): "0" for item in desk.template.items for group in ETHNIC_GROUPS}
    changes |= {key: str(dice.randint(0, most)) for key in changes if key[0] in few}
    for group in ETHNIC_GROUPS:
        if dice.random() < 0.8:  # the total follows its rows
            changes[TOTAL, group] = str(sum(int(changes[row, group]) for row in STAFF))
    return changes
