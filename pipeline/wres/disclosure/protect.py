"""Control disclosure in a whole release: from the exact tables to those that everybody may read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wres.disclosure.apply import apply_suppression, shares_shown, with_suppressed
from wres.disclosure.certain import withhold_uncertain
from wres.disclosure.disclosure_audit import disclosures
from wres.disclosure.previous_releases import PublishedEdition, earlier_edition
from wres.disclosure.primary_suppression import COARSER, COUNTS
from wres.disclosure.printed_attack import Deduced, deduce_counts
from wres.disclosure.problem import MarginCell, Predecessors, sdc_problem
from wres.disclosure.ratio_policy import apply_ratio_policy
from wres.disclosure.secondary_suppression import suppress
from wres.disclosure.suppression_pattern import SuppressionPattern
from wres.errors import WresError
from wres.outputs.schema_check import ReleaseCheckError
from wres.outputs.table_schema import TableSpec, load_specification
from wres.reference.year_tables import DisclosurePolicy
from wres.validation.edit_catalogue import load_catalogue

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class RoundedNation:
    """A count of the table `national` that is not exact: its year, organisation group and column; rounded to what."""

    year: int
    organisation_group: str
    column: str
    to: int


@dataclass(frozen=True, slots=True)
class Protected:
    """The tables of an official release.

    `tables` have the columns and order of the specification, nulls where a figure is suppressed, and a last column
    `suppressed`: the names of the columns that are null for that reason, row by row. `figures_shown` is the share of
    the figures that are shown, in whole per cent, by table. `rounded` are the national counts that had to be rounded,
    which readers must know.
    """

    tables: Mapping[str, "pa.Table"]
    figures_shown: Mapping[str, int]
    rounded: tuple[RoundedNation, ...] = ()

    @property
    def edition(self) -> PublishedEdition:
        """Return what a reader of the release has to lay beside later ones."""
        rounded = [(nation.year, nation.organisation_group, nation.column) for nation in self.rounded]
        return PublishedEdition(self.tables, rounded)


def protect(
    tables: Mapping[str, "pa.Table"],
    policies: Mapping[int, DisclosurePolicy],
    earlier: Sequence[PublishedEdition] = (),
    predecessors: Predecessors | None = None,
    years_folder: Path | None = None,
) -> Protected:
    """Decide what of a release everybody may read, each year under its own policy.

    Args:
        tables: exact tables as the indicators give them, for all years up to the release's own.
        policies: of every collection year in them.
        earlier: every official edition of any year published before, as it was published, oldest first; only a
            release with a protected year needs them.
        predecessors: who makes up each organisation's last year, as the warehouse states it; without it nobody has
            merged.
        years_folder: a folder of further years' files, which is `Settings.years`.

    Raises:
        ReleaseCheckError: R502, a suppressed figure of a protected year can be worked out: a fault of the program, or
            of an earlier edition that gives it away together with the national figures. R505, a category or verdict
            differs from the exact one.
        WresError: a year without a policy, or a table that disclosure control knows nothing of.
        ValueError: a total is not the sum of its organisations.
    """
    years = set(tables["organisation"]["collection_year"].to_pylist())
    if without := sorted(years - policies.keys()):
        raise WresError(f"There is no disclosure policy for {without[0]}: state one in the year's file.")
    rounded: tuple[RoundedNation, ...] = ()
    if any(policies[year].protects for year in years):
        shown, rounded = _suppress_and_prove(tables, policies, earlier, predecessors, years_folder)
    else:
        shown = {name: with_suppressed(table, [[]] * table.num_rows) for name, table in tables.items()}
    shown = apply_ratio_policy(shown, tables, policies)
    if breaches := wrong_verdicts(tables, shown):
        raise ReleaseCheckError("R505", breaches, load_catalogue()["R505"].how_to_fix)
    return Protected(shown, shares_shown(shown), rounded)


def _suppress_and_prove(
    tables: Mapping[str, "pa.Table"],
    policies: Mapping[int, DisclosurePolicy],
    earlier: Sequence[PublishedEdition],
    predecessors: Predecessors | None,
    years_folder: Path | None,
) -> "tuple[dict[str, pa.Table], tuple[RoundedNation, ...]]":
    """Suppress what the protected years must not show, and attack the result.

    First as a reader would, from what is printed alone; then the tables are compared with what was decided, by the
    feasible solutions on which the decisions rest.
    """
    exact = sdc_problem(tables, policies, predecessors, years_folder)
    editions = [earlier_edition(edition, exact.predecessors) for edition in reversed(earlier)]
    decisions, evidence = suppress(exact, editions)
    printed = withhold_uncertain(apply_suppression(decisions, tables), decisions)
    narrowed = deduce_counts(printed, policies, [edition.tables for edition in earlier])
    if breaches := [*(_sentence(deduced) for deduced in narrowed), *disclosures(decisions, evidence, printed)]:
        raise ReleaseCheckError("R502", breaches, load_catalogue()["R502"].how_to_fix)
    return printed, tuple(_rounded(decisions))


def _sentence(deduced: Deduced) -> str:
    """Say in the words of R502 what a reader could work out."""
    edit = load_catalogue()["R502"]
    return edit.message_for(table="organisation", measure=deduced.column, year=deduced.year, name=deduced.name).rstrip(
        "."
    )


def _rounded(decisions: SuppressionPattern) -> Iterator[RoundedNation]:
    """Give the counts of the nation that are printed rounded."""
    exact = decisions.exact
    for index, row in enumerate(exact.rows["national"]):
        members = exact.totals.places[MarginCell("national", index, "")]
        year, group = row["collection_year"], row["organisation_group"]
        for column in COUNTS:
            if decisions.level((members, column)) and decisions.shown(members, column) is not None:
                yield RoundedNation(year, group, column, COARSER * exact.policies[year].rounding)


def wrong_verdicts(exact: "Mapping[str, pa.Table]", shown: "Mapping[str, pa.Table]") -> list[str]:
    """Compare every category, verdict and yes or no that is shown with the exact one of the same row.

    Args:
        exact: the tables with every figure.
        shown: the same tables as they are about to be published, in the same order of rows.

    Returns: one sentence a figure that differs.
    """
    specs = load_specification().tables
    return [sentence for name in exact for sentence in _differing(specs[name], exact[name], shown[name])]


def category_columns(spec: TableSpec) -> list[str]:
    """Name the columns of a table that validate or classify a figure."""
    return [column.name for column in spec.figures if not column.is_number]


def _differing(spec: TableSpec, exact: "pa.Table", shown: "pa.Table") -> Iterator[str]:
    edit = load_catalogue()["R505"]
    for column in category_columns(spec):
        pairs = zip(exact[column].to_pylist(), shown[column].to_pylist(), strict=True)
        for number in [number for number, (right, stated) in enumerate(pairs) if stated not in (None, right)]:
            key = exact.select(list(spec.key)).slice(number, 1).to_pylist()[0]
            name = " ".join(str(part) for part in key.values())
            yield edit.message_for(table=spec.name, measure=column, year=key["collection_year"], name=name).rstrip(".")
