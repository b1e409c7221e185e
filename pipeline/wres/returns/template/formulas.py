"""The formulas of the sheet Return: for each, its text and the value that Excel would work out."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from wres.returns.indicator_math import ENTERED, ENTERED_PREVIOUS_YEAR, Figures, group_counts
from wres.returns.parsed_return import ETHNIC_GROUPS
from wres.returns.template_spec import Item, Template

Stored = float | str  # "" is a formula that shows nothing yet

COLUMN = dict(zip(ETHNIC_GROUPS, "CDE", strict=True))
OPTIONAL_AND_EMPTY = "Optional: empty counts as 0"
ENTERED_ROWS = (ENTERED, ENTERED_PREVIOUS_YEAR)


def total(group: str, summands: Sequence[str], rows: Mapping[str, int], figures: Figures) -> tuple[str, Stored]:
    """Staff of one group. An array formula, because SUM alone would skip numbers that were pasted as text."""
    ranges = [f"{COLUMN[group]}{first}:{COLUMN[group]}{last}" for first, last in _runs(rows[code] for code in summands)]
    adding = "+".join(f"SUM(IFERROR(VALUE({part}),0))" for part in ranges)
    given = [figures[code, group] for code in summands if (code, group) in figures]
    return f'{{=IF(COUNTA({",".join(ranges)})=0,"",{adding})}}', float(sum(given)) if given else ""


def row_total(row: int, code: str, figures: Figures) -> tuple[str, Stored]:
    """One item over all groups."""
    given = [figures[code, group] for group in ETHNIC_GROUPS if (code, group) in figures]
    return f'=IF(COUNT(C{row}:E{row})=0,"",SUM(C{row}:E{row}))', float(sum(given)) if given else ""


def likelihood(column: str, total_row: int, entered_rows: Sequence[int]) -> str:
    """Entries, or the mean of two years' entries, over staff."""
    cells = [f"{column}{row}" for row in entered_rows]
    entries = f"({'+'.join(cells)})/{len(cells)}" if len(cells) > 1 else cells[0]
    ready = f"AND(COUNT({','.join(cells)})={len(cells)},N({column}{total_row})>0)"
    return f'=IF({ready},{entries}/{column}{total_row},"")'


def relative_likelihood(row: int) -> str:
    """The likelihood of BME staff over that of white staff; nothing while it cannot be worked out."""
    return f'=IF(AND(ISNUMBER(C{row}),ISNUMBER(D{row}),N(C{row})>0),D{row}/C{row},"")'


def likelihoods(figures: Figures, template: Template) -> dict[str, Fraction]:
    """The likelihood of each group, and of "all"; one that cannot be worked out is left out."""
    counts = group_counts(figures, template)
    pairs = {group: (count.entered, count.headcount) for group, count in counts.items()}
    pairs["all"] = _sum(entered for entered, _ in pairs.values()), _sum(staff for _, staff in pairs.values())
    return {group: entered / staff for group, (entered, staff) in pairs.items() if entered is not None and staff}


def _sum(parts: Iterable[Fraction | None]) -> Fraction | None:
    known = list(parts)
    return sum((part for part in known if part is not None), Fraction(0)) if None not in known else None


def check(item: Item, row: int, above: int | None, *, optional: bool = False) -> str:
    """Write the formula that says in words what the row still needs.

    `above` is the row whose figures this one's may not exceed. An `optional` row may be left empty.
    """
    cells = f"C{row}:E{row}"
    unit = "Whole numbers only" if item.step == 1 else "Whole numbers or halves"
    empty = [(f"COUNTA({cells})<3", f'"To fill in: "&(3-COUNTA({cells}))')]
    if optional:
        empty = [(f"COUNTA({cells})=0", f'"{OPTIONAL_AND_EMPTY}"')]
    steps = [
        *empty,
        (f"COUNT({cells})<COUNTA({cells})", '"Numbers only"'),
        (f"MIN({cells})<0", '"Not below 0"'),
        (f"SUMPRODUCT(--(MOD({cells}*{int(1 / item.step)},1)<>0))>0", f'"{unit}"'),
    ]
    if above is not None:
        steps.append((f"SUMPRODUCT(--({cells}>C{above}:E{above}))>0", f'"{excess_message(item)}"'))
    return "=" + "".join(f"IF({test},{words}," for test, words in steps) + '"Complete"' + ")" * len(steps)


def check_result(item: Item, figures: Figures, above: Mapping[str, Decimal] | None, *, optional: bool = False) -> str:
    """Work out what the formula of `check` shows for these figures."""
    given = {group: figures[item.code, group] for group in ETHNIC_GROUPS if (item.code, group) in figures}
    if optional and not given:
        return OPTIONAL_AND_EMPTY
    if len(given) < len(ETHNIC_GROUPS) and not optional:
        return f"To fill in: {len(ETHNIC_GROUPS) - len(given)}"
    if min(given.values()) < 0:
        return "Not below 0"
    if any(value % item.step for value in given.values()):
        return "Whole numbers only" if item.step == 1 else "Whole numbers or halves"
    if above is not None and any(value > above[group] for group, value in given.items() if group in above):
        return excess_message(item)
    return "Complete"


def excess_message(item: Item) -> str:
    """What to say when a row exceeds the one that holds it."""
    return "More than the row it is part of" if item.part_of else "More entries than staff"


def ranges(first: str, last: str, rows: Iterable[int]) -> list[str]:
    """Name the cells of these rows from one column to another, consecutive rows as one range."""
    return [f"{first}{top}:{last}{bottom}" for top, bottom in _runs(rows)]


def _runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Consecutive row numbers put together: 4 5 6 9 becomes (4, 6), (9, 9)."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
