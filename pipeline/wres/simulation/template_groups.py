"""Divide the people whom the model draws among the ethnic groups of a template.

The model draws three groups of people: the comparator of the relative likelihood, the group that is compared with it,
and people of unknown ethnicity. A template may state more groups than these.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wres.array_types import Floats
from wres.returns.template_spec import Template
from wres.simulation import assumptions as given

Counts = NDArray[np.int64]

_CELLS = len(given.STAFF_CELLS)
_SENIOR, _TOTAL = _CELLS, _CELLS + 1  # after the cells of staff; then come the entries


def split_groups(drawn: Counts, template: Template, codes: Sequence[str], year: int, seed: int) -> Counts:
    """Divide drawn counts among the groups of a template.

    Args:
        drawn: (organisation, item of the model, drawn group): comparator, compared group, unknown ethnicity.
        template: whose groups.
        codes: the organisations, in order.
        year: the collection year.
        seed: of the simulation.

    Returns:
        Counts: (organisation, item, ethnic group of the template).
    """
    members = _members(template)
    if all(len(groups) == 1 for groups in members):
        order = [members.index([group]) for group in template.ethnic_groups]
        return drawn[:, :, order]
    streams = [np.random.default_rng([seed, 30_000 + year, int.from_bytes(code.encode())]) for code in codes]
    offsets = np.array([stream.random(drawn.shape[1:]) for stream in streams]).reshape(drawn.shape)
    counts = np.zeros((*drawn.shape[:2], len(template.ethnic_groups)), dtype=np.int64)
    for number, groups in enumerate(members):
        parts = _divide(drawn[:, :, number], offsets[:, :, number], _shares(groups, template))
        for group, part in zip(groups, parts, strict=True):
            counts[:, :, template.ethnic_groups.index(group)] = part
    consultants = list(given.STAFF_CELLS).index(given.CONSULTANTS)
    counts[:, _SENIOR] = np.minimum(counts[:, _SENIOR], counts[:, consultants])
    counts[:, _TOTAL] = counts[:, :_CELLS].sum(axis=1)
    counts[:, _TOTAL + 1 :] = np.minimum(counts[:, _TOTAL + 1 :], counts[:, [_TOTAL]])
    return counts


def _members(template: Template) -> list[list[str]]:
    """List the template's groups of each drawn group; one that is not compared comes out of the comparator's people."""
    comparison = template.comparison()
    compared = [group for group in template.group_members[comparison.ethnic_group] if group != template.unknown_group]
    others = [group for group in template.ethnic_groups if group not in {*compared, template.unknown_group}]
    comparator = [group for group in others if group in template.group_members[comparison.comparator]]
    further = [group for group in others if group not in comparator]
    return [[*comparator, *further], compared, [template.unknown_group]]


def _shares(groups: Sequence[str], template: Template) -> Floats:
    """Return the share of each group in the people whom they are divided from."""
    comparator = template.group_members[template.comparison().comparator]
    further = [group not in comparator for group in groups]
    if all(further):
        return np.full(len(groups), 1 / len(groups))
    share = (1 - given.FURTHER_GROUP_SHARE * sum(further)) / (len(groups) - sum(further))
    return np.array([given.FURTHER_GROUP_SHARE if is_further else share for is_further in further])


def _divide(counts: Counts, offsets: Floats, shares: Floats) -> list[Counts]:
    """Divide whole numbers by shares, rounded up or down by chance so that the parts add up to them again."""
    ends = np.append(np.cumsum(shares)[:-1], 1.0)
    below = np.floor(counts[..., None] * ends + offsets[..., None]).astype(np.int64)
    parts: Counts = np.diff(below, axis=-1, prepend=0)
    return list(np.moveaxis(parts, -1, 0))
