"""People drawn for three groups are divided among the groups of any template."""

from dataclasses import replace

import numpy as np
import pytest

from wres.returns.template_spec import Template, load_template
from wres.simulation.assumptions import STAFF_CELLS
from wres.simulation.template_groups import split_groups

CODES = ("RAA", "RBB", "RCC")
CELLS = len(STAFF_CELLS)


def drawn_counts() -> np.ndarray:
    """Counts as the model draws them: staff in each cell, senior managers, the total, entries of two years."""
    chance = np.random.default_rng(1)
    staff = chance.integers(0, 60, (len(CODES), CELLS, 3))
    consultants = list(STAFF_CELLS).index("workforce.medical.consultants")
    senior = staff[:, [consultants]] // 2
    total = staff.sum(axis=1, keepdims=True)
    entered = chance.integers(0, 12, (len(CODES), 2, 3))
    return np.concatenate([staff, senior, total, entered], axis=1)


def template_with(groups: tuple[str, ...], bme: tuple[str, ...], unknown: str = "unknown") -> Template:
    """A template with other groups; those of `bme` together are compared with white staff."""
    template = load_template("2.0")
    members = {group: (group,) for group in groups} | {"overall": groups, "bme": bme}
    return replace(template, ethnic_groups=groups, group_members=members, unknown_group=unknown)


def test_three_groups_stay_as_they_were_drawn_in_the_order_of_the_template() -> None:
    drawn = drawn_counts()
    assert (split_groups(drawn, load_template("2.0"), CODES, 2022, 7) == drawn).all()
    turned = template_with(("unknown", "bme", "white"), ("bme",))
    assert (split_groups(drawn, turned, CODES, 2022, 7) == drawn[:, :, [2, 1, 0]]).all()


@pytest.mark.parametrize(
    ("groups", "bme"),
    [
        (("white", "bme", "roma", "unknown"), ("bme",)),
        (("white", "asian", "black", "mixed", "unknown"), ("asian", "black", "mixed")),
    ],
)
def test_more_groups_are_parts_of_those_that_were_drawn(groups: tuple[str, ...], bme: tuple[str, ...]) -> None:
    drawn = drawn_counts()
    counts = split_groups(drawn, template_with(groups, bme), CODES, 2022, 7)
    assert counts.shape == (*drawn.shape[:2], len(groups))
    staff = counts[:, :CELLS]
    assert (staff >= 0).all()
    assert (staff[:, :, [groups.index(group) for group in bme]].sum(axis=2) == drawn[:, :CELLS, 1]).all()
    assert (staff.sum(axis=2) == drawn[:, :CELLS].sum(axis=2)).all()
    assert (counts[:, CELLS + 1] == staff.sum(axis=1)).all()
    assert (counts[:, CELLS] <= counts[:, list(STAFF_CELLS).index("workforce.medical.consultants")]).all()
    assert (counts[:, CELLS + 2 :] <= counts[:, [CELLS + 1]]).all()
    assert (counts.sum(axis=(0, 1)) > 0).all()


def test_an_organisation_is_divided_in_the_same_way_whoever_stands_beside_it() -> None:
    drawn, template = drawn_counts(), template_with(("white", "bme", "roma", "unknown"), ("bme",))
    every = split_groups(drawn, template, CODES, 2022, 7)
    assert (split_groups(drawn[1:2], template, CODES[1:2], 2022, 7) == every[1:2]).all()
