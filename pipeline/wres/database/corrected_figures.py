"""The figures that count: those of the standing returns, as the national team has corrected them.

The registry itself keeps what was sent. Corrections lie beside it, in files that `read_corrections` reads.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Engine

from pipeline.collection.calendar import CollectionYear
from pipeline.errors import WresError
from pipeline.logs import happened
from pipeline.registry.organisations import organisations_in_force
from pipeline.registry.receipts import standing_figures
from pipeline.returns.corrections import Correction, read_corrections, refuse
from pipeline.returns.soundness import disagreements
from pipeline.returns.specification import load_template
from pipeline.settings import load_settings

Figures = dict[tuple[str, str], Decimal]


@dataclass(frozen=True, slots=True)
class Corrected:
    """The figures of each organisation with a standing return, and the correction of each that was corrected."""

    figures: dict[str, Figures]
    corrections: dict[tuple[str, str, str], Correction]  # by organisation, item and ethnic group


def corrected_figures(engine: Engine, calendar: CollectionYear) -> Corrected:
    """The figures of a year that count, every correction of the year made.

    Raises:
        WresError: a correction cannot be made: its line cannot be read, its organisation has no return that counts,
            its figure is no longer the one that it was made for, or the return would not be sound with it.
    """
    figures = standing_figures(engine, calendar.year)
    corrections = read_corrections(load_settings().corrections, calendar)
    known = {row["code"] for row in organisations_in_force(engine)} if corrections else set()
    for one in corrections:
        _require_same(calendar, one, figures, one.organisation_code in known)
    _make(corrections, figures)
    _require_sound(calendar, corrections, figures)
    return Corrected(figures, {(one.organisation_code, *one.cell): one for one in corrections})


def figures_with_corrections_that_hold(engine: Engine, calendar: CollectionYear) -> dict[str, Figures]:
    """The figures of a year, those corrected whose return is still the one that the correction was made for.

    For comparisons with a year that is past. Where another return has come since, its figures are what is compared, and
    where the file cannot be read, what was sent: the year's own build says what is wrong, and no other year waits.
    """
    figures = standing_figures(engine, calendar.year)
    try:
        corrections = read_corrections(load_settings().corrections, calendar)
    except WresError:
        happened("corrections not read", calendar.year, failed=True)
        return figures
    _make([one for one in corrections if figures.get(one.organisation_code, {}).get(one.cell) == one.sent], figures)
    return figures


def _require_same(calendar: CollectionYear, one: Correction, figures: dict[str, Figures], known: bool) -> None:
    year, code = calendar.year, one.organisation_code
    if not known:
        refuse(year, one.line, f"{code!r} is not in the register", "look it up: wres organisations list")
    if code not in figures:
        refuse(year, one.line, f"{code} has no {year} return that counts", "take the line out until it has one")
    stated = figures[code].get(one.cell)
    if stated is None:
        refuse(year, one.line, f"the {year} return of {code} states no {one.item} ({one.ethnic_group})", "take it out")
    if stated != one.sent:
        refuse(
            year,
            one.line,
            f"the {year} return of {code} that now counts has {stated.normalize():f} for {one.item} "
            f"({one.ethnic_group}), not the {one.sent.normalize():f} that was to be corrected",
            "take the line out if that is right, or put the new figure under from",
        )


def _make(corrections: Sequence[Correction], figures: dict[str, Figures]) -> None:
    for one in corrections:
        figures[one.organisation_code][one.cell] = one.value


def _require_sound(calendar: CollectionYear, corrections: Sequence[Correction], figures: dict[str, Figures]) -> None:
    """No corrected return is one that would have been rejected as it is now."""
    template = load_template(calendar.template_version)
    lines: dict[str, list[int]] = defaultdict(list)
    for one in corrections:
        lines[one.organisation_code].append(one.line)
    for code, where in lines.items():
        if found := disagreements(figures[code], template):
            named = f"line{'s' if len(where) > 1 else ''} {', '.join(str(line) for line in where)}"
            raise WresError(
                f"corrections/{calendar.year}.csv, {named}: with this the return of {code} would be rejected "
                f"({'; '.join(found)}); correct the figures that belong together as well."
            )
