"""The funnel from the method's text: tails in whole numbers, limits by halving."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from scipy.special import betainc

from tests.indicators.exact_method import GROUPS, Counts, Row, rounded
from tests.indicators.exact_pairs import MEASURES, Key, percent


def tail_below(count: int, size: int, share: Fraction) -> Fraction:
    """P(X <= count) for a binomial X, in whole numbers."""
    a, b = share.numerator, share.denominator - share.numerator
    term = b**size
    total = term
    for k in range(count):
        term = term * (size - k) * a // ((k + 1) * b)
        total += term
    return Fraction(total, share.denominator**size)


def so_few(count: Fraction | int, size: Fraction | int, share: Fraction) -> Fraction:
    if count.denominator == size.denominator == 1:
        return tail_below(int(count), int(size), share) if count >= 0 else Fraction(0)
    return (
        Fraction(float(betainc(float(size - count), float(count + 1), float(1 - share))))
        if size > count
        else Fraction(1)
    )


def so_many(count: Fraction | int, size: Fraction | int, share: Fraction) -> Fraction:
    if count.denominator == size.denominator == 1:
        return 1 - so_few(count - 1, size, share)
    return Fraction(float(betainc(float(count), float(size - count + 1), float(share)))) if count > 0 else Fraction(1)


def halved(reaches: Callable[[float], bool], low: float, high: float) -> float:
    """The point at which `reaches` becomes true."""
    for _ in range(70):
        middle = (low + high) / 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def limit_counts(size: float, share: float, tail: float) -> tuple[float, float | None]:
    lower = halved(lambda k: betainc(size - k, k + 1, 1 - share) >= tail, 0, size)
    upper = halved(lambda k: betainc(k, size - k + 1, share) <= tail, 1e-12, size)
    return (
        0.0 if (1 - share) ** size >= tail else lower,
        None if share**size >= tail else upper,
    )


def funnel_row(counts: Counts, nation: Counts, measure: str) -> tuple[Row, Fraction | None]:
    """The row without its dispersion, and the squared residual."""
    relative = measure == "relative_likelihood"
    groups = ("white", "bme") if relative else GROUPS
    size = sum(counts.events[group] for group in groups) if relative else Fraction(sum(counts.person_years.values()))
    entered = counts.events["bme"] if relative else sum(counts.events.values())
    share = nation.likelihood(*GROUPS)
    if relative:
        r, both = nation.ratio, counts.staff["white"] and counts.staff["bme"]
        share = (
            r * counts.staff["bme"] / (r * counts.staff["bme"] + counts.staff["white"])
            if r is not None and both
            else None
        )
    figures = (counts.ratio, nation.ratio) if relative else (percent(counts, *GROUPS), percent(nation, *GROUPS))
    row: Row = {"measure": measure, "size": rounded(Fraction(size), 2)}
    row |= {"figure": rounded(figures[0], 2), "national_figure": rounded(figures[1], 2)}
    known = share if share is not None and 0 < share < 1 and size > 0 and entered <= size else None

    def shown(count: float | None) -> Decimal | None:
        if count is None:
            return None
        if relative:
            return rounded(Fraction(count / (float(size) - count) * counts.staff["white"] / counts.staff["bme"]), 2)
        return rounded(Fraction(100 * count / float(size)), 2)

    for name, tail in (("95", Fraction(1, 40)), ("99_8", Fraction(1, 1000))):
        lower, upper = limit_counts(float(size), float(known), float(tail)) if known else (None, None)
        row[f"lower_{name}"], row[f"upper_{name}"] = shown(lower), shown(upper)
        few_or_many = known and min(so_few(entered, size, known), so_many(entered, size, known))
        row[f"outside_{name}"] = None if few_or_many is None else few_or_many < tail
    return row, None if known is None else Fraction((entered - size * known) ** 2, size * known * (1 - known))


def funnel(returned: dict[Key, Counts], organisations: dict[Key, Row]) -> list[Row]:
    rows = []
    groups: dict[tuple[int, str], dict[str, Counts]] = defaultdict(dict)
    for (year, code), counts in returned.items():
        groups[year, organisations[year, code]["organisation_group"]][code] = counts
    for (year, group), group_counts in groups.items():
        nation = Counts.pooled(list(group_counts.values()))
        for measure in MEASURES:
            funnel_rows = {code: funnel_row(counts, nation, measure) for code, counts in group_counts.items()}
            squares = [squared for _, squared in funnel_rows.values() if squared is not None]
            mean = rounded(sum(squares, Fraction(0)) / len(squares), 2) if squares else None
            shared = {"collection_year": year, "organisation_group": group, "dispersion": mean}
            rows += [
                shared | {"code": code, "name": organisations[year, code]["name"]} | row
                for code, (row, _) in funnel_rows.items()
            ]
    return rows
