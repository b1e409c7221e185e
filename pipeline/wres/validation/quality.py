"""The frame of the quality stage: measures of each return, exact, beside the limits that the year sets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from wres.returns.indicator_math import round_half_away
from wres.validation.batch import Batch
from wres.validation.year_on_year import Counts, YearOnYear

NO_FIGURES = "the figures that it needs are missing or have findings of their own"
NO_LAST_YEAR = "there is no accepted return of last year to compare with"
NO_NATIONAL_RATE = "last year's national rate is not known here"

_COLUMNS = (
    "unknown_percent", "unknown_percent_limit", "unknown_rise", "unknown_rise_limit", "headcount_change",
    "headcount_change_limit", "ratio", "ratio_limit", "ratio_larger", "ratio_smaller_times_fold", "rate_larger",
    "rate_smaller_times_fold", "entered", "bme_share_change", "bme_share_limit", "figures_that_differ",
)  # fmt: skip
_SINCE_LAST_YEAR = ("unknown_rise", "headcount_change", "bme_share_change")
_RATE = ("rate_larger", "rate_smaller_times_fold")


@dataclass(slots=True)
class QualityMetrics:
    """The measures of one return: columns of the frame, words for messages, and the columns that are missing, why."""

    columns: dict[str, Fraction | int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, value: Fraction, limit_name: str, limit: Fraction) -> None:
        """A measure with the limit that it is held against, both also as words."""
        self.columns |= {name: value, limit_name: limit}
        self.words |= {name: two_places(value), limit_name: _short(limit)}

    def add_ratio(self, name: str, now: Fraction, then: Fraction, fold: Fraction) -> None:
        """Columns that tell more than so many times, up or down: a larger above so many times the smaller (even 0)."""
        self.columns |= {f"{name}_larger": max(now, then), f"{name}_smaller_times_fold": fold * min(now, then)}
        self.words[f"{name}_fold"] = _short(fold)

    def skip(self, reason: str, *columns: str) -> None:
        """Say why these columns could not be filled; an edit over them cannot run."""
        self.missing |= dict.fromkeys(columns, reason)


def measures_frame(measured: list[QualityMetrics]) -> pd.DataFrame:
    """One row a return: exact measures and their limits (Fraction or int, missing where nothing can be compared)."""
    columns = {name: pd.Series([metrics.columns.get(name) for metrics in measured], dtype=object) for name in _COLUMNS}
    return pd.DataFrame({"row": range(len(measured)), **columns})


def measure(batch: Batch, counted: list[YearOnYear]) -> list[QualityMetrics]:
    """The measures of each return of the batch, in its order."""
    # The thresholds as the decimals that the year's file states, exactly.
    limits = {name: Fraction(str(value)) for name, value in batch.year.thresholds.items()}
    found = []
    for counts in counted:
        metrics = QualityMetrics()
        _staff(metrics, counts.now, counts.before, limits)
        _entries(metrics, counts.now, limits, batch.last_year_national_rate)
        _ratio(metrics, counts.now, counts.before, limits)
        if not counts.has_before:
            metrics.skip(NO_LAST_YEAR, "figures_that_differ")
        elif counts.differ is None:
            metrics.skip(NO_FIGURES, "figures_that_differ")
        else:
            metrics.columns["figures_that_differ"] = counts.differ
        found.append(metrics)
    return found


def _staff(metrics: QualityMetrics, now: Counts, before: Counts, limits: Mapping[str, Fraction]) -> None:
    """Q301, Q302, Q306: the size of the workforce and its make-up."""
    staff, unknown, bme = now.staff(), now.percent("unknown"), now.percent("bme")
    if staff is None or unknown is None or bme is None:
        metrics.skip(NO_FIGURES, "unknown_percent", *_SINCE_LAST_YEAR)
        return
    metrics.add("unknown_percent", unknown, "unknown_percent_limit", limits["unknown_ethnicity_percent"])
    staff_before, unknown_before, bme_before = before.staff(), before.percent("unknown"), before.percent("bme")
    if staff_before is None or unknown_before is None or bme_before is None:
        metrics.skip(NO_LAST_YEAR, *_SINCE_LAST_YEAR)
        return
    metrics.add("unknown_rise", unknown - unknown_before, "unknown_rise_limit", limits["unknown_ethnicity_rise_points"])
    change = 100 * abs(staff - staff_before) / staff_before
    metrics.add("headcount_change", change, "headcount_change_limit", limits["headcount_change_percent"])
    metrics.add("bme_share_change", abs(bme - bme_before), "bme_share_limit", limits["bme_share_change_points"])
    metrics.words |= {
        "staff": f"{int(staff):,}",
        "staff_before": f"{int(staff_before):,}",
        "unknown_percent_before": two_places(unknown_before),
        "bme_share": two_places(bme),
        "bme_share_before": two_places(bme_before),
    }


def _entries(metrics: QualityMetrics, now: Counts, limits: Mapping[str, Fraction], national: Fraction | None) -> None:
    """Q304, Q305: entries at all, and against the nation's."""
    entries, staff = now.entries(), now.staff()
    if entries is None:
        metrics.skip(NO_FIGURES, "entered", *_RATE)
        return
    metrics.columns["entered"] = entries
    if not staff:
        metrics.skip(NO_FIGURES, *_RATE)
    elif national is None:
        metrics.skip(NO_NATIONAL_RATE, *_RATE)
    elif entries:  # a return without entries is Q305's
        metrics.add_ratio("rate", entries / staff, national, limits["overall_rate_high_fold"])
        metrics.words |= {"rate": two_places(100 * entries / staff), "national_rate": two_places(100 * national)}


def _ratio(metrics: QualityMetrics, now: Counts, before: Counts, limits: Mapping[str, Fraction]) -> None:
    """Q303; where a ratio cannot be calculated from good figures there is nothing to compare."""
    ratio, ratio_before = now.ratio(), before.ratio()
    if now.entries() is None or now.staff() is None:
        metrics.skip(NO_FIGURES, "ratio", "ratio_larger", "ratio_smaller_times_fold")
    elif ratio is not None:
        metrics.add("ratio", ratio, "ratio_limit", limits["relative_likelihood_high"])
        if ratio_before is not None:
            metrics.add_ratio("ratio", ratio, ratio_before, limits["relative_likelihood_fold"])
            metrics.words["ratio_before"] = two_places(ratio_before)


def two_places(value: Fraction) -> str:
    """A fraction to two decimal places, as text."""
    return str(round_half_away(value, 2))


def _short(limit: Fraction) -> str:
    return f"{Decimal(limit.numerator) / Decimal(limit.denominator):f}"
