"""The formulas of the sheet Return: for each, its text and the value that Excel would work out."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from wres.returns.consistency import TOTAL
from wres.returns.indicator_math import ENTERED, ENTERED_PREVIOUS_YEAR, Figures, GroupCount, group_counts
from wres.returns.template.sheet_layout import LIKELIHOOD, RELATIVE, SheetLayout
from wres.returns.template_spec import OVERALL, Item, Template

Stored = float | str  # "" is a formula that shows nothing yet

OPTIONAL_AND_EMPTY = "Optional: empty counts as 0"
ENTERED_ROWS = (ENTERED, ENTERED_PREVIOUS_YEAR)


def total(group: str, summands: Sequence[str], layout: SheetLayout, figures: Figures) -> tuple[str, Stored]:
    """Add up the staff of one group, by an array formula: SUM alone would skip numbers that were pasted as text."""
    column = layout.groups[group]
    parts = ranges(column, column, (layout.rows[code] for code in summands))
    adding = "+".join(f"SUM(IFERROR(VALUE({part}),0))" for part in parts)
    stated = [figures[code, group] for code in summands if (code, group) in figures]
    return f'{{=IF(COUNTA({",".join(parts)})=0,"",{adding})}}', float(sum(stated)) if stated else ""


def row_total(row: int, code: str, template: Template, layout: SheetLayout, figures: Figures) -> tuple[str, Stored]:
    """Add up one item over all groups."""
    groups = template.group_members[OVERALL]
    cells = ",".join(layout.cells_of(groups, row))
    stated = [figures[code, group] for group in groups if (code, group) in figures]
    return f'=IF(COUNT({cells})=0,"",SUM({cells}))', float(sum(stated)) if stated else ""


def likelihood(column: str, total_row: int, entered_rows: Sequence[int]) -> str:
    """Divide entries, or the mean of two years' entries, by staff."""
    cells = [f"{column}{row}" for row in entered_rows]
    entries = f"({'+'.join(cells)})/{len(cells)}" if len(cells) > 1 else cells[0]
    ready = f"AND(COUNT({','.join(cells)})={len(cells)},N({column}{total_row})>0)"
    return f'=IF({ready},{entries}/{column}{total_row},"")'


def relative_likelihood(template: Template, layout: SheetLayout) -> tuple[str, str]:
    """Divide the likelihood of the compared group by the comparator's; nothing while it cannot be worked out.

    Returns:
        The cell, in the column of the compared group, or of the first of several together; and the formula.
    """
    compared = template.comparison()
    above, below = (template.group_members[group] for group in (compared.ethnic_group, compared.comparator))
    place = f"{layout.groups[above[0]]}{layout.rows[RELATIVE]}"
    if len(above) == len(below) == 1:
        row = layout.rows[LIKELIHOOD]
        top, bottom = (f"{layout.groups[group]}{row}" for group in (above[0], below[0]))
        return place, f'=IF(AND(ISNUMBER({bottom}),ISNUMBER({top}),N({bottom})>0),{top}/{bottom},"")'
    entered = [layout.rows[code] for code in ENTERED_ROWS if code in layout.rows]
    staff = [f"SUM({','.join(layout.cells_of(groups, layout.rows[TOTAL]))})" for groups in (above, below)]
    cells = [[cell for row in entered for cell in layout.cells_of(groups, row)] for groups in (above, below)]
    entries = [f"SUM({','.join(of_group)})" for of_group in cells]
    wanted = len(entered) * (len(above) + len(below))
    ready = f"COUNT({','.join(cells[0] + cells[1])})={wanted},{staff[0]}>0,{staff[1]}>0,{entries[1]}>0"
    return place, f'=IF(AND({ready}),({entries[0]}/{staff[0]})/({entries[1]}/{staff[1]}),"")'


def likelihoods(figures: Figures, template: Template) -> dict[str, Fraction]:
    """Return the likelihood of each group, and of several together; one that cannot be worked out is left out."""
    counts = group_counts(figures, template)
    together = {group: _add(counts[member] for member in members) for group, members in template.group_members.items()}
    return {
        group: count.entered / count.headcount
        for group, count in together.items()
        if count.entered is not None and count.headcount
    }


def _add(counts: Iterable[GroupCount]) -> GroupCount:
    """Add up the counts of several groups; what one of them lacks is not known of them all."""
    parts = list(counts)
    return GroupCount(_sum(part.headcount for part in parts), _sum(part.entered for part in parts))


def _sum(parts: Iterable[Fraction | None]) -> Fraction | None:
    known = list(parts)
    return sum((part for part in known if part is not None), Fraction(0)) if None not in known else None


def check(item: Item, row: int, above: int | None, layout: SheetLayout, *, optional: bool = False) -> str:
    """Write the formula that says in words what the row still needs.

    `above` is the row whose figures this one's may not exceed. An `optional` row may be left empty.
    """
    cells, wanted = layout.cells(row), len(layout.groups)
    unit = "Whole numbers only" if item.step == 1 else "Whole numbers or halves"
    empty = [(f"COUNTA({cells})<{wanted}", f'"To fill in: "&({wanted}-COUNTA({cells}))')]
    if optional:
        empty = [(f"COUNTA({cells})=0", f'"{OPTIONAL_AND_EMPTY}"')]
    steps = [
        *empty,
        (f"COUNT({cells})<COUNTA({cells})", '"Numbers only"'),
        (f"MIN({cells})<0", '"Not below 0"'),
        (f"SUMPRODUCT(--(MOD({cells}*{int(1 / item.step)},1)<>0))>0", f'"{unit}"'),
    ]
    if above is not None:
        steps.append((f"SUMPRODUCT(--({cells}>{layout.cells(above)}))>0", f'"{excess_message(item)}"'))
    return "=" + "".join(f"IF({test},{words}," for test, words in steps) + '"Complete"' + ")" * len(steps)


def check_result(
    item: Item, template: Template, figures: Figures, above: Mapping[str, Decimal] | None, *, optional: bool = False
) -> str:
    """Work out what the formula of `check` shows for these figures."""
    groups = template.ethnic_groups
    stated = {group: figures[item.code, group] for group in groups if (item.code, group) in figures}
    if optional and not stated:
        return OPTIONAL_AND_EMPTY
    if len(stated) < len(groups) and not optional:
        return f"To fill in: {len(groups) - len(stated)}"
    if min(stated.values()) < 0:
        return "Not below 0"
    if any(value % item.step for value in stated.values()):
        return "Whole numbers only" if item.step == 1 else "Whole numbers or halves"
    if above is not None and any(value > above[group] for group, value in stated.items() if group in above):
        return excess_message(item)
    return "Complete"


def excess_message(item: Item) -> str:
    """Say that a row exceeds the one that holds it."""
    return "More than the row it is part of" if item.part_of else "More entries than staff"


def ranges(first: str, last: str, rows: Iterable[int]) -> list[str]:
    """Name the cells of these rows from one column to another, consecutive rows as one range."""
    return [f"{first}{top}:{last}{bottom}" for top, bottom in _split_into_runs(rows)]


def _split_into_runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Put consecutive row numbers together: 4 5 6 9 becomes (4, 6), (9, 9)."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
