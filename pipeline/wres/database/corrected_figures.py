"""Return the figures that count: those of the standing returns, as the national team has corrected them.

The registry itself keeps what was sent. Corrections lie beside it, in files that `read_corrections` reads.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Engine

from wres.database.organisations import current_organisations
from wres.database.validation_results import current_figures
from wres.errors import WresError
from wres.event_log import log_event
from wres.reference.year_config import CollectionYear
from wres.returns.consistency import consistency_errors
from wres.returns.corrections import Correction, raise_correction_error, read_corrections
from wres.returns.template_spec import load_template
from wres.settings import Settings

Figures = dict[tuple[str, str], Decimal]


@dataclass(frozen=True, slots=True)
class Corrected:
    """The figures of each organisation with a standing return, and the correction of each that was corrected."""

    figures: dict[str, Figures]
    corrections: dict[tuple[str, str, str], Correction]  # by organisation, item and ethnic group


def corrected_figures(settings: Settings, engine: Engine, calendar: CollectionYear) -> Corrected:
    """Return the figures of a year that count, with every correction of the year.

    Raises:
        WresError: a correction cannot be made: its line cannot be read, its organisation has no return that counts,
            its figure is no longer the one that it was made for, or the return would not be sound with it.
    """
    figures = current_figures(engine, calendar.year)
    corrections = read_corrections(settings.corrections, calendar)
    known = {row["code"] for row in current_organisations(engine)} if corrections else set()
    for correction in corrections:
        _require_same(calendar, correction, figures, correction.organisation_code in known)
    _put_in(corrections, figures)
    _require_sound(calendar, corrections, figures)
    return Corrected(
        figures, {(correction.organisation_code, *correction.cell): correction for correction in corrections}
    )


def apply_valid_corrections(settings: Settings, engine: Engine, calendar: CollectionYear) -> dict[str, Figures]:
    """Return the figures of a year, corrected where the return is still the one that the correction was made for.

    For comparisons with an earlier year. Where another return has come since, its own figures are compared; where the
    file of corrections cannot be read, the figures as sent: the year's own build says what is wrong.
    """
    figures = current_figures(engine, calendar.year)
    try:
        corrections = read_corrections(settings.corrections, calendar)
    except WresError:
        log_event("corrections not read", calendar.year, failed=True)
        return figures
    _put_in(
        [
            correction
            for correction in corrections
            if figures.get(correction.organisation_code, {}).get(correction.cell) == correction.sent
        ],
        figures,
    )
    return figures


def _require_same(calendar: CollectionYear, correction: Correction, figures: dict[str, Figures], known: bool) -> None:
    """Refuse a correction whose figure is no longer the one that it was made for."""
    year, code = calendar.year, correction.organisation_code
    if not known:
        raise_correction_error(
            year, correction.line, f"{code!r} is not in the register", "look it up: wres organisations list"
        )
    if code not in figures:
        raise_correction_error(
            year, correction.line, f"{code} has no {year} return that counts", "take the line out until it has one"
        )
    stated = figures[code].get(correction.cell)
    if stated is None:
        raise_correction_error(
            year,
            correction.line,
            f"the {year} return of {code} states no {correction.item} ({correction.ethnic_group})",
            "take it out",
        )
    if stated != correction.sent:
        raise_correction_error(
            year,
            correction.line,
            f"the {year} return of {code} that now counts has {stated.normalize():f} for {correction.item} "
            f"({correction.ethnic_group}), not the {correction.sent.normalize():f} that was to be corrected",
            "take the line out if that is right, or put the new figure under from",
        )


def _put_in(corrections: Sequence[Correction], figures: dict[str, Figures]) -> None:
    """Replace the figures that are corrected."""
    for correction in corrections:
        figures[correction.organisation_code][correction.cell] = correction.value


def _require_sound(calendar: CollectionYear, corrections: Sequence[Correction], figures: dict[str, Figures]) -> None:
    """Refuse corrections with which a return would be rejected."""
    template = load_template(calendar.template_version)
    lines: dict[str, list[int]] = defaultdict(list)
    for correction in corrections:
        lines[correction.organisation_code].append(correction.line)
    for code, numbers in lines.items():
        if errors := consistency_errors(figures[code], template, calendar.thresholds["few_staff"]):
            named = f"line{'s' if len(numbers) > 1 else ''} {', '.join(str(line) for line in numbers)}"
            raise WresError(
                f"corrections/{calendar.year}.csv, {named}: with this the return of {code} would be rejected "
                f"({'; '.join(errors)}); correct the figures that belong together as well."
            )
