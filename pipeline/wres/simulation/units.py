"""Who the figures are drawn for: the organisations of a register, and which of them carry which at a snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wres.errors import WresError
from wres.simulation.assumptions import KINDS, REGIONS, Kind

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Units:
    """The organisations that figures are drawn for, one a position, sorted by code.

    An organisation that a merger made has no staff of its own (`own` is False): it is the sum of what it took over.
    """

    codes: tuple[str, ...]
    kinds: tuple[Kind, ...]
    bme_share: NDArray[np.float64]  # of the region, in the base year
    relative: NDArray[np.float64]  # of the region, beside the national relative likelihood
    own: NDArray[np.bool_]


def units_of(register: "pd.DataFrame", successions: "pd.DataFrame") -> Units:
    """Return the units of a register (columns as `reference.register` says), English organisations only.

    Raises:
        WresError: an organisation has a type or region that the model has no assumption for.
    """
    english = register[register["country"] == "E"].sort_values("code")
    codes = tuple(english["code"])
    merged = _made_by_merger(dict(zip(codes, english["opened"], strict=True)), successions)
    kinds, regions = [], []
    for code, kind, region in zip(codes, english["organisation_type"], english["region_code"], strict=True):
        if kind not in KINDS or region not in REGIONS:
            known = ", ".join(filter(None, REGIONS))
            raise WresError(
                f"No synthetic figures can be drawn for {code}: its type is {kind!r} and its region {region!r}; "
                f"the register must give a type out of {', '.join(KINDS)} and a region out of {known}."
            )
        kinds.append(KINDS[kind])
        regions.append(REGIONS[region])
    shares = np.array(regions, dtype=np.float64).reshape(-1, 2)
    return Units(codes, tuple(kinds), shares[:, 0], shares[:, 1], np.array([code not in merged for code in codes]))


def _made_by_merger(opened: dict[str, str], successions: "pd.DataFrame") -> set[str]:
    """Return the codes that opened on the day they took over another organisation of the register."""
    rows = zip(successions["predecessor"], successions["successor"], successions["from_date"], strict=True)
    return {new for old, new, since in rows if old in opened and opened.get(new) == since}


def successor_at(codes: Sequence[str], successions: "pd.DataFrame", snapshot: date) -> list[str]:
    """Return for each code the organisation that holds its staff on the snapshot: itself or a successor."""
    rows = zip(successions["predecessor"], successions["successor"], successions["from_date"], strict=True)
    heir = {old: new for old, new, since in rows if date.fromisoformat(since) <= snapshot}
    holders = []
    for code in codes:
        seen = {code}
        while code in heir and heir[code] not in seen:
            code = heir[code]  # noqa: PLW2901
            seen.add(code)
        holders.append(code)
    return holders
