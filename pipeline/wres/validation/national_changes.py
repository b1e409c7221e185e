"""Compare the nation and its places with the year before: the rows of M402 and M403, or why there are none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from wres.returns.indicator_math import relative_likelihood
from wres.returns.template_spec import Template
from wres.validation.national_context import NationalCheckRow, NationalContext, decimal_words
from wres.validation.wording import format_two_places

LEVELS = {"region": "region", "organisation_type": "organisation type"}
_SIDES = ("", "previous_")  # how the comparison names the columns of this year and of last
Ratios = tuple[Fraction | Decimal | None, Fraction | Decimal | None]  # this year's and last year's
_FEWEST_PLACES = 3  # of two, each moves against all others or neither does


def compare_nation(nation: NationalContext) -> list[NationalCheckRow]:
    """Compare the headcount, entries and ratio of the organisations that returned in both years.

    A ratio is compared where both years have one. They are the same organisations in both years, so that a nation of
    which half has returned does not look like one that shrank: that is M401's.
    """
    rows = []
    for row in nation.compared("national"):
        limit, matched = nation.limit("national_change_percent"), row["matched_organisations"]
        for measure, now, before in _measures(row, nation.template):
            words = format_two_places if measure == "relative likelihood" else _count_words
            facts = {"measure": measure, "matched": matched, "now": words(now), "before": words(before)}
            facts["percent"] = format_two_places(100 * abs(now - before) / before) if before else ""
            facts["limit"] = decimal_words(limit)
            columns = {"moved": 100 * abs(now - before), "moved_limit": limit * before}
            rows.append(NationalCheckRow(None, columns, facts, case=None if before else "from_nothing"))
    return rows


def _measures(row: Mapping[str, Any], template: Template) -> Iterator[tuple[str, Fraction, Fraction]]:
    """Return each national measure with this year's value and last year's."""
    for name, count in (("headcount", "headcount"), ("number of entries", "entered")):
        now, before = (sum(_counts(row, side, count, template.ethnic_groups), Fraction()) for side in _SIDES)
        yield name, now, before
    ratio, ratio_before = (_ratio(row, side, template) for side in _SIDES)
    if ratio is not None and ratio_before is not None:
        yield "relative likelihood", ratio, ratio_before


def _counts(row: Mapping[str, Any], side: str, count: str, groups: Sequence[str]) -> list[Fraction]:
    """Return a count of each of these groups, of this year or of last."""
    # A group that the template of the year before lacks has no counts of that year.
    return [Fraction(row[f"{side}{group}_{count}"] or 0) for group in groups]


def _ratio(row: Mapping[str, Any], side: str, template: Template) -> Fraction | None:
    """Return the relative likelihood of all staff together, of this year or of last."""
    compared = template.comparison()
    groups = (compared.comparator, compared.ethnic_group)
    return relative_likelihood(*_counts(row, side, "headcount", groups), *_counts(row, side, "entered", groups))


def why_no_last_year(nation: NationalContext) -> str:
    """Say why the year cannot be compared with the year before."""
    year = nation.calendar.year
    if not nation.rows("national", "national", year - 1):
        return f"The warehouse holds no figures of {year - 1} to compare with."
    return f"No organisation has a return that counts in both {year - 1} and {year}."


def compare_places(nation: NationalContext) -> list[NationalCheckRow]:
    """Compare regions among regions and types among types by both ratios; a row for each place that has one to compare.

    A row's column is the smaller of its two numbers of other places that did not move the other way. Its case says
    which of the ratios moved against all others, so that one finding gives the facts once.
    """
    rows = []
    for level, words in LEVELS.items():
        compared = [row for row in nation.compared(level) if row["code"] != "unknown"]
        pooled = _others_not_against(compared, nation.template, pooled_ratios)
        within = _others_not_against(compared, nation.template, ratios_within)
        for row in compared:
            code = row["code"]
            numbers = [numbers[code] for numbers in (pooled, within) if code in numbers]
            if not numbers:
                continue
            facts = {"name": row["name"], "level": words, **_describe_both_ratios(row, nation.template)}
            case = None
            if within.get(code) == 0:
                case = "both" if pooled.get(code) == 0 else "within"
            rows.append(NationalCheckRow(code, {"others_not_against": min(numbers)}, facts, case))
    return rows


def _others_not_against(
    compared: Sequence[Mapping[str, Any]],
    template: Template,
    ratios_of: Callable[[Mapping[str, Any], Template], Ratios],
) -> dict[str, int]:
    """Count for each place the others whose ratio did not move the other way; nothing where too few have the ratio."""
    directions = {}
    for row in compared:
        now, before = ratios_of(row, template)
        if now is not None and before is not None:
            directions[row["code"]] = (now > before) - (now < before)
    if len(directions) < _FEWEST_PLACES:
        return {}
    return {
        code: len(directions) - 1 - sum(other == -direction for other in directions.values() if direction)
        for code, direction in directions.items()
    }


def pooled_ratios(row: Mapping[str, Any], template: Template) -> Ratios:
    """Return the ratios of all staff of a place together, this year's and last year's, exactly."""
    return _ratio(row, "", template), _ratio(row, "previous_", template)


def ratios_within(row: Mapping[str, Any], _template: Template) -> Ratios:
    """Return the ratios within organisations of a place, this year's and last year's, as the table states them."""
    return row["relative_likelihood_within"], row["previous_relative_likelihood_within"]


def _describe_both_ratios(row: Mapping[str, Any], template: Template) -> dict[str, str]:
    """Say how the pooled ratio and that within organisations changed; a message gives both."""

    def describe_change(ratios: Ratios) -> str:
        """Say from what to what a ratio went, where it has both."""
        now, before = ratios
        if now is None or before is None:
            return "cannot be calculated in both years"
        return f"went from {format_two_places(Fraction(before))} to {format_two_places(Fraction(now))}"

    return {
        "pooled": describe_change(pooled_ratios(row, template)),
        "within": describe_change(ratios_within(row, template)),
    }


def why_no_places(nation: NationalContext) -> str:
    """Say why no places can be compared."""
    if not nation.compared("national"):
        return why_no_last_year(nation)
    return "Fewer than three regions, and fewer than three types of organisation, have a ratio in both years."


def _count_words(value: Fraction) -> str:
    """Write a count of people, which has hundredths where it is an average of two years."""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):,f}"
