"""An attacker who has the official tables and nothing else, and shares no code with what protects them.

For every count that is replaced by `c` a linear programme finds the least and the greatest value that the printed
figures of all editions together leave possible. What is relaxed (counts need not be whole, ranges are not used) makes
the answer wider, never narrower, than a better attacker's; the proof that no attacker does better are the worlds.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linprog

from wres.disclosure import Protected

COUNTS = [f"{group}_{measure}" for measure in ("headcount", "entered") for group in ("white", "bme", "unknown")]
Bounds = tuple[float, float]


class Attacker:
    """Reads editions, oldest first, with what each says of national counts that it had to round.

    Organisations that print the same are taken not to have been revised.
    """

    def __init__(self, editions: Sequence[Protected], year: int, column: str) -> None:
        self.year, self.column = year, column
        self.bounds: list[Bounds] = []
        self.lines: dict[tuple[frozenset[int], Bounds], None] = {}
        self.numbers: list[dict[str, int]] = []
        rows: dict[str, tuple[Any, ...]] = {}
        positions: dict[str, int] = {}
        for edition in editions:
            for row in edition.tables["organisation"].to_pylist():
                if row["collection_year"] != year:
                    continue
                code, counts = row["code"], tuple(row[name] for name in COUNTS)
                if rows.get(code) != counts:  # new, or revised
                    rows[code], positions[code] = counts, len(self.bounds)
                    self.bounds.append(_organisation(row[column]))
            self.numbers.append(dict(positions))
            for codes, bounds in _totals(edition, year, column):
                self.lines[frozenset(positions[code] for code in codes), bounds] = None

    def left_open(self, code: str, edition: int = -1) -> tuple[int, int] | None:
        """The least and the greatest whole number possible of an organisation's count; None if nothing fits."""
        bounds = [self._solve(self.numbers[edition][code], sign) for sign in (1, -1)]
        if None in bounds:
            return None
        least, most = (value for value in bounds if value is not None)
        return int(np.ceil(least - 1e-6)), int(np.floor(-most + 1e-6))

    def _solve(self, number: int, sign: int) -> float | None:
        weights = np.zeros(len(self.bounds))
        weights[number] = sign
        sums = np.zeros((2 * len(self.lines), len(self.bounds)))
        limits = []
        for line, (members, (low, high)) in enumerate(self.lines):
            sums[2 * line, list(members)], sums[2 * line + 1, list(members)] = 1, -1
            limits += [high, -low]
        solved = linprog(weights, sums if limits else None, limits or None, bounds=self.bounds, method="highs")
        return float(solved.fun) if solved.status == 0 else None


def _organisation(shown: Any) -> Bounds:
    return (1, 7) if shown is None else _rounded(shown)


def _rounded(shown: Any) -> Bounds:
    return (0, 0) if not shown else (max(float(shown) - 2, 8), float(shown) + 2)


Line = tuple[frozenset[str], Bounds]


def _totals(edition: Protected, year: int, column: str) -> list[Line]:
    """Every printed total, with whose it is; of last year's only where nobody merged."""
    rows = {name: table.to_pylist() for name, table in edition.tables.items()}
    rounded = {count.organisation_group for count in edition.rounded if (count.year, count.column) == (year, column)}
    returned = {(row["collection_year"], row["code"]): row for row in rows["organisation"]}
    compared = {
        (row["collection_year"], row["code"]): row["previous_organisations"] for row in rows["organisation_change"]
    }
    nations: dict[frozenset[str], Bounds] = {}
    lines: list[Line] = []
    for table in ("national", "region", "organisation_type"):
        for row in rows[table]:
            if row["collection_year"] == year and row[column] is not None:
                members, shown = _members(row, returned, returned), float(row[column])
                bounds = _rounded(shown)
                if table == "national":
                    exact = row["organisation_group"] not in rounded
                    bounds = nations[members] = (shown, shown) if exact else _coarse(shown)
                lines.append((members, bounds))
    for row in rows["comparison"]:
        for side, when in (("", year), ("previous_", year + 1)):
            if row["collection_year"] == when and row[side + column] is not None:
                members, shown = _members(row, compared, returned), float(row[side + column])
                if not side or all(compared[when, code] == 1 for code in members):
                    part = row["level"] == "national"
                    lines.append((members, nations.get(members, _coarse(shown)) if part else _rounded(shown)))
    return lines


def _coarse(shown: float) -> Bounds:
    return shown - 10, shown + 9


def _members(
    row: Mapping[str, Any], among: Iterable[tuple[int, str]], returned: Mapping[tuple[int, str], Mapping[str, Any]]
) -> frozenset[str]:
    def belongs(organisation: Mapping[str, Any]) -> bool:
        places = {
            "national": "ENG",
            "region": organisation["region_code"] or "unknown",
            "organisation_type": organisation["organisation_type"] or "unknown",
        }
        own_group = row["organisation_group"] in (organisation["organisation_group"], "all")
        return own_group and places[row["level"]] == row["code"]

    return frozenset(code for when, code in among if when == row["collection_year"] and belongs(returned[when, code]))
