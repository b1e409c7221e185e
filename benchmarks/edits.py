"""What do the quality edits ask? False queries of correct returns by size, and the power to find each error.

The rules are those of the suites, evaluated on the frames' own columns (a test holds that Great Expectations flags the
same returns); beside them the rules before, Q301 to Q307, as plain arithmetic.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from benchmarks.edit_nation import BME, ERRORS, SCENARIOS, UNKNOWN, WHITE, Nation, draw_nation
from benchmarks.measuring import Figure
from wres.array_types import Floats
from wres.reference.year_config import load_year
from wres.validation.cell_changes import measure_cells
from wres.validation.changes import ComparisonBasis, measure_changes
from wres.validation.edit_catalogue import load_suites
from wres.validation.usual_changes import RegionEntries, YearCounts, estimate_changes

QUESTION = "edits"
YEAR = 2022
SIZES = (("under 2,500 staff", 0, 2_500), ("2,500 to 5,000", 2_500, 5_000), ("5,000 to 8,000", 5_000, 8_000),
         ("8,000 and more", 8_000, 10**9))  # fmt: skip
_MOST_FALSE = {"chance alone": 2.0, "swings": 2.0, "heavy tails": 5.0}

# The power to be reached, in whole per cent of returns with the error; of the scenario of swings if no other is named.
POWER = {
    "entries swapped": 63, "both columns swapped": 100, "staff columns swapped": 100, "white entries transposed": 36,
    "BME entries transposed": 51, "largest band transposed": 69, "white entries times ten": 97,
    "BME entries times ten": 86, "a band times ten": 100, "every figure as last year": 100, "entries left out": 100,
    "entries as last year": 82, "staff as last year": 100, "entries counted twice": 16, "two-year sum": 6,
    "bands one row off": 100, "full-time equivalents": 99, "10% of white as unknown": 100, "informal cases too": 86,
}  # fmt: skip
POWER_IN_TAILS = {"full-time equivalents": 80}
POWER_OF_LARGE = {"entries swapped": 88}  # 8,000 staff and more


def measure(runs: int) -> Iterator[Figure]:
    """Print the table: errors in so many nations of each scenario, false queries in three times as many."""
    for scenario in SCENARIOS:
        yield from _false_queries(scenario, 3 * runs)
        yield from _powers(scenario, runs)


def _false_queries(scenario: str, runs: int) -> Iterator[Figure]:
    """Print how many correct returns are asked about anything: all, by size, and by edit."""
    nations = [draw_nation(seed, scenario) for seed in range(1, runs + 1)]
    sizes = np.concatenate([nation.now.staff.sum(axis=1) for nation in nations])
    old = np.concatenate([_rules_before(nation.now, nation.before) for nation in nations])
    by_code = _by_code(nations)
    new = np.any(list(by_code.values()), axis=0)
    name, target = f"{scenario}: false queries", _MOST_FALSE[scenario]
    yield _share(name, new, runs, target=target, note=f"before {_percent(old):g}%")
    for size, least, most in SIZES:
        inside = (sizes >= least) & (sizes < most)
        note = f"before {_percent(old[inside]):g}%, of {inside.sum() // runs} trusts"
        yield _share(f"{name}, {size}", new[inside], runs, target=target, note=note)
    for code, flagged in by_code.items():
        yield _share(f"{name}, {code}", flagged, runs)


def _powers(scenario: str, runs: int) -> Iterator[Figure]:
    """Print how many of the returns that an error changes are asked about anything."""
    nations = [draw_nation(seed, scenario) for seed in range(1, runs + 1)]
    sizes = np.concatenate([nation.now.staff.sum(axis=1) for nation in nations])
    clean = [_flags(nation, nation.now) for nation in nations]
    old, new = (np.concatenate([flags[rule] for flags in clean]) for rule in (0, 1))
    for error, change in ERRORS.items():
        sent = [change(nation.now, nation.before) for nation in nations]
        wrong = np.concatenate([_differ(returns, nation.now) for returns, nation in zip(sent, nations, strict=True)])
        flags = [_flags(nation, returns) for nation, returns in zip(nations, sent, strict=True)]
        old_flagged, flagged = (np.concatenate([flag[rule] for flag in flags]) for rule in (0, 1))
        large = wrong & (sizes >= 8000)
        note = (
            f"net of false {_percent((flagged & ~new)[wrong]):g}%, "
            f"of 8,000 staff and more {_percent(flagged[large]):g}%; "
            f"before {_percent(old_flagged[wrong]):g}% (net {_percent((old_flagged & ~old)[wrong]):g}%)"
        )
        target = {"swings": POWER, "heavy tails": POWER_IN_TAILS}.get(scenario, {}).get(error)
        yield _share(f"{scenario}: finds {error}", flagged[wrong], runs, target=target, least=True, note=note)
        if scenario == "swings" and error in POWER_OF_LARGE:
            name = f"{scenario}: finds {error}, 8,000 and more"
            yield _share(name, flagged[large], runs, target=POWER_OF_LARGE[error], least=True)


def _differ(sent: YearCounts, correct: YearCounts) -> np.ndarray:
    """Which returns an error changes: the digits of 7 or of 22 cannot be transposed."""
    differ: np.ndarray = (sent.cells != correct.cells).any(axis=(1, 2)) | (sent.entered != correct.entered).any(axis=1)
    return differ


def _percent(flags: np.ndarray) -> float:
    return round(100 * float(flags.mean()), 1)


def _share(
    name: str, flags: np.ndarray, runs: int, target: float | None = None, least: bool = False, note: str = ""
) -> Figure:
    wanted = target - 0.5 if target is not None and least else target  # the powers to be reached are rounded
    return Figure(QUESTION, name, _percent(flags), "%", 0.0, runs, wanted, least, note)


def compare(nation: Nation) -> ComparisonBasis:
    """What the returns of a nation are compared with, as the pipeline would from its accepted returns."""
    limits = load_year(YEAR).thresholds
    usual = estimate_changes(nation.before, nation.years[-3], limits, (YEAR - 2, YEAR - 1))
    pooled_staff, pooled_entered = (
        np.sum([getattr(year, name) for year in nation.years[:-1]], axis=0) for name in ("staff", "entered")
    )
    staff, entered = nation.before.staff, nation.before.entered
    counts = np.stack([entered[:, WHITE], entered[:, BME], entered.sum(axis=1)], axis=1)
    region = {code: counts[nation.regions == code].sum(axis=0) for code in np.unique(nation.regions)}
    rate = float(entered.sum() / staff.sum())
    regions = RegionEntries.of_rows([region[code] for code in nation.regions])
    return ComparisonBasis(nation.before, pooled_staff, pooled_entered, usual, regions, rate, limits)


def _flags(nation: Nation, sent: YearCounts) -> tuple[np.ndarray, np.ndarray]:
    """Which returns the rules before and the rules now ask about anything (bool arrays)."""
    flags_of_codes = list(flags_by_code(nation, sent).values())
    return _rules_before(sent, nation.before), np.any(flags_of_codes, axis=0)


def _by_code(nations: Sequence[Nation]) -> dict[str, np.ndarray]:
    flags = [flags_by_code(nation, nation.now) for nation in nations]
    return {code: np.concatenate([flag[code] for flag in flags]) for code in flags[0]}


def flags_by_code(nation: Nation, sent: YearCounts) -> dict[str, np.ndarray]:
    """Which returns each quality edit over measures and cells asks about (bool arrays)."""
    compared = compare(nation)
    cells = measure_cells(sent, nation.before, compared.limits)
    flags: dict[str, np.ndarray] = {}
    for frame, columns in (("measures", measure_changes(sent, compared)), ("compared_cells", cells)):
        for expectation in load_suites()[frame]["expectations"]:
            if (failed := evaluate(expectation, columns)) is not None:
                code = expectation["meta"]["edit"]
                failed_returns = failed.reshape(len(failed), -1).any(axis=1)
                flags[code] = np.logical_or(flags.get(code, False), failed_returns)
    return flags


def evaluate(expectation: Mapping[str, object], columns: Mapping[str, Floats]) -> np.ndarray | None:
    """Evaluate one expectation of a suite on arrays, missing values skipped; None where a column is not there."""
    kwargs: dict[str, str] = expectation["kwargs"]  # type: ignore[assignment]
    names = [kwargs[name] for name in ("column_A", "column_B", "column") if name in kwargs]
    if not all(name in columns for name in names):
        return None
    known: np.ndarray = np.all([np.isfinite(columns[name]) for name in names], axis=0)
    if expectation["type"] == "expect_column_values_to_be_between":
        return np.asarray(known & (columns[names[0]] <= 0))
    first, second = (columns[name] for name in names)
    passes = first >= second if kwargs.get("or_equal") else first > second
    return np.asarray(known & ~passes)


def _rules_before(now: YearCounts, before: YearCounts) -> np.ndarray:
    """Q301 to Q307 as they were: fixed thresholds."""
    staff, staff_before = now.staff.sum(axis=1), before.staff.sum(axis=1)
    entered, national = now.entered.sum(axis=1), before.entered.sum() / before.staff.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        unknown, unknown_before = 100 * now.staff[:, UNKNOWN] / staff, 100 * before.staff[:, UNKNOWN] / staff_before
        bme, bme_before = 100 * now.staff[:, BME] / staff, 100 * before.staff[:, BME] / staff_before
        ratio, ratio_before = (
            (year.entered[:, BME] / year.staff[:, BME]) / (year.entered[:, WHITE] / year.staff[:, WHITE])
            for year in (now, before)
        )
        both = np.isfinite(ratio) & np.isfinite(ratio_before)
        fold = np.maximum(ratio, ratio_before) > 2 * np.minimum(ratio, ratio_before)
        rate = entered / staff
        same = (now.cells == before.cells).all(axis=(1, 2)) & (now.entered == before.entered).all(axis=1)
        asked_about = [
            (unknown > 10) | (unknown - unknown_before > 5),
            np.abs(staff / staff_before - 1) > 0.2,
            (np.isfinite(ratio) & (ratio > 4)) | (both & fold),
            (entered > 0) & (np.maximum(rate, national) > 3 * np.minimum(rate, national)),
            entered == 0,
            np.abs(bme - bme_before) > 5,
            same,
        ]
    flags: np.ndarray = np.any(asked_about, axis=0)
    return flags
