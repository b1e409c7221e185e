"""Find the peers of each organisation: the nearest by type, size and share of BME staff.

The rule, peers/1, is published in docs/method.md. It reads published figures alone, so a page, a report and a reader
with the table `organisation` find the same peers. Ratios play no part in it: peers are alike in kind.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from wres.outputs.group_columns import compared_counts, headcount_columns

RULE = "peers/1"
NUMBER = 10
_TWICE = 2.0  # as many staff lies as far away as
_POINTS = 10.0  # so many percentage points of BME share
_DIGITS, _ROUNDING = 9, 1e-8  # of a distance; more than what rounding to these digits changes


class OrganisationRow(Protocol):
    """A row of the table `organisation`, as a mapping or a published row."""

    def __getitem__(self, name: str, /) -> Any:
        """Return the value of a column; None where none is shown."""


def find_peers(rows: Iterable[OrganisationRow], number: int = NUMBER) -> dict[str, tuple[str, ...]]:
    """Find the nearest organisations of each organisation.

    Args:
        rows: of the table `organisation`, one year, each organisation once; in any order.
        number: how many peers each has at most.

    Returns: the codes of the peers by code, those of the same type first, each part nearest first. Peers are of the
    same organisation group. One whose staff are not shown, or of known ethnicity none, has no peers and is nobody's.
    """
    groups: dict[str, list[OrganisationRow]] = {}
    columns, compared = headcount_columns(), compared_counts()
    for row in rows:
        is_shown = all(row[name] is not None for name in columns)
        if is_shown and row[compared.comparator_headcount] + row[compared.group_headcount] > 0:
            groups.setdefault(row["organisation_group"], []).append(row)
    peers: dict[str, tuple[str, ...]] = {}
    for members in groups.values():
        peers |= _peers_in_group(members, number)
    return peers


def _place(row: OrganisationRow) -> tuple[float, float]:
    """Return an organisation's place: its size in doublings, and its BME share in tens of percentage points."""
    columns = compared_counts()
    comparator, group = float(row[columns.comparator_headcount]), float(row[columns.group_headcount])
    staff = sum(float(row[name]) for name in headcount_columns())
    return float(np.log(staff) / np.log(_TWICE)), 100 * group / (comparator + group) / _POINTS


def _peers_in_group(members: Sequence[OrganisationRow], number: int) -> dict[str, tuple[str, ...]]:
    """Return the peers of each organisation of one group. Of two at the same distance the first by code is nearer."""
    members = sorted(members, key=lambda row: str(row["code"]))
    codes = [str(row["code"]) for row in members]
    kinds = np.array([str(row["organisation_type"]) for row in members])
    places = np.array([_place(row) for row in members])
    peers: dict[str, tuple[str, ...]] = {}
    for kind in np.unique(kinds):
        own_kind, other_kinds = np.flatnonzero(kinds == kind), np.flatnonzero(kinds != kind)
        for index, candidates in zip(own_kind.tolist(), _near_candidates(places[own_kind], number), strict=True):
            nearest = _nearest(places, index, own_kind[candidates], number)
            if len(nearest) < number:
                nearest += _nearest(places, index, other_kinds, number - len(nearest))
            peers[codes[index]] = tuple(codes[other] for other in nearest)
    return peers


def _near_candidates(places: "np.ndarray[Any, Any]", number: int) -> "Iterable[np.ndarray[Any, Any]]":
    """Return for each place the places among which are its nearest ones, itself and all that lie as far away included.

    A tree finds them, so that an organisation of 25,000 is not compared with every other one.
    """
    from scipy.spatial import KDTree

    tree = KDTree(places)
    distances, _ = tree.query(places, k=[min(number + 1, len(places))])
    near = tree.query_ball_point(places, distances[:, 0] + _ROUNDING)
    return (np.array(candidates, dtype=np.intp) for candidates in near)


def _nearest(places: "np.ndarray[Any, Any]", index: int, candidates: "np.ndarray[Any, Any]", number: int) -> list[int]:
    """Return so many of the candidates that are nearest to one place, without that place, the nearest first."""
    candidates = candidates[candidates != index]
    # Rounded, so that the last digits of a logarithm, which differ between machines, decide nothing.
    apart = np.round(np.hypot(*(places[candidates] - places[index]).T), _DIGITS)
    return [int(other) for other in candidates[np.lexsort((candidates, apart))][:number]]
