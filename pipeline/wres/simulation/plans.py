"""Who sends what when: each organisation's conduct in one collection, drawn from the seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from wres.errors import WresError
from wres.reference.year_config import CollectionYear

Form = Literal["xlsx", "csv"]

# Shares of the organisations asked. The rest send one good return in time.
NEVER, LATE, WRONG_FIRST = 0.015, 0.03, 0.10
_CSV, _ODD_CSV, _STATES_TOTAL, _SIGNS, _EXPLAINS = 0.30, 0.25, 0.80, 0.96, 0.60
_WRONG_AND_LATE = 8  # every so many of those that send something wrong put it right only after the deadline


@dataclass(frozen=True, slots=True)
class SenderBehaviour:
    """What one organisation will do. `times` are those of its deliveries: none, one, or a wrong one and a good one."""

    code: str
    form: Form
    odd_csv: bool
    states_total: bool
    signs: bool
    explains: bool
    wrong_first: bool
    times: tuple[datetime, ...]


def rounds(year: CollectionYear) -> tuple[datetime, datetime, datetime]:
    """Return when returns are collected: in mid window, an hour before the deadline and one before the hard close."""
    middle = year.opens + (year.deadline - year.opens) * 0.6
    hour = timedelta(hours=1)
    return middle.replace(minute=0, second=0, microsecond=0), year.deadline - hour, year.hard_close - hour


def sample_organisations(codes: Sequence[str], returns: int | None, seed: int) -> list[str]:
    """Choose a number of the codes, sorted, much the same from year to year; all for None or a larger number.

    Raises:
        WresError: fewer than one is asked for.
    """
    if returns is not None and returns < 1:
        raise WresError(f"{returns} returns cannot be simulated: ask for 1 or more.")
    if returns is None or returns >= len(codes):
        return sorted(codes)
    return sorted(sorted(codes, key=lambda code: (_draws(seed, 2, code, 1)[0], code))[:returns])


def plan_year(codes: Sequence[str], year: CollectionYear, seed: int) -> list[SenderBehaviour]:
    """Return a plan for each code, sorted by code. At least one organisation of 50 never sends; one of 5 errs first."""
    draws = {code: _draws(seed, 30_000 + year.year, code, 8) for code in sorted(codes)}
    by_chance = sorted(draws, key=lambda code: (draws[code][0], code))
    never, late, wrong = (round(share * len(codes)) for share in (NEVER, LATE, WRONG_FIRST))
    never = max(never, 1 if len(codes) >= 50 else 0)
    wrong = max(wrong, 1 if len(codes) >= 5 else 0)
    in_rounds: dict[str, tuple[int, ...]] = {}
    for position, code in enumerate(by_chance):
        if position < never:
            in_rounds[code] = ()
        elif position < never + late:
            in_rounds[code] = (2,)
        elif position < never + late + wrong:
            tardy = (position - never - late) % _WRONG_AND_LATE == _WRONG_AND_LATE - 1
            in_rounds[code] = (1, 2) if tardy else (0, 1)
        else:
            in_rounds[code] = (0,) if draws[code][1] < 0.6 else (1,)
    return [_plan(code, in_rounds[code], values, year) for code, values in draws.items()]


def _plan(code: str, in_rounds: tuple[int, ...], draws: list[float], year: CollectionYear) -> SenderBehaviour:
    """Plan how one sender behaves."""
    return SenderBehaviour(
        code=code,
        form="csv" if draws[2] < _CSV else "xlsx",
        odd_csv=draws[3] < _ODD_CSV,
        states_total=draws[4] < _STATES_TOTAL,
        signs=draws[5] < _SIGNS,
        explains=draws[6] < _EXPLAINS,
        wrong_first=len(in_rounds) == 2,
        times=tuple(_moment(year, which, draws[7]) for which in in_rounds),
    )


def _moment(year: CollectionYear, which: int, draw: float) -> datetime:
    """Return a time in a round, to the second; what comes in the last round comes after the deadline."""
    ends = rounds(year)
    start = (year.opens, ends[0], year.deadline)[which]
    return (start + (ends[which] - start) * (0.01 + 0.98 * draw)).replace(microsecond=0)


def _draws(seed: int, purpose: int, code: str, number: int) -> list[float]:
    """Draw uniform numbers that depend only on the seed, their purpose and the organisation."""
    values: list[float] = np.random.default_rng([seed, purpose, int.from_bytes(code.encode())]).random(number).tolist()
    return values
