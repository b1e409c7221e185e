"""Disclosure control of a whole release: from the exact tables to those that everybody may read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.collection.disclosure import DisclosurePolicy
from pipeline.publication.check import ReleaseCheckError
from pipeline.publication.disclosure.attack import disclosures
from pipeline.publication.disclosure.decisions import Decisions
from pipeline.publication.disclosure.earlier import earlier_edition
from pipeline.publication.disclosure.exact import exact_figures
from pipeline.publication.disclosure.fill import printed_tables
from pipeline.publication.disclosure.printed import COARSER, COUNTS
from pipeline.publication.disclosure.secondary import decide
from pipeline.publication.disclosure.totals import Place
from pipeline.publication.disclosure.utility import utility
from pipeline.validation.catalogue import load_catalogue

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

    `tables` have the columns and order of the specification, nulls where a figure is held back, and a last column
    `suppressed`: the names of the columns that are null for that reason, row by row. `utility` is the share of the
    exact figures that survive, by table. `rounded` are the national counts that had to be rounded, which readers must
    be told.
    """

    tables: Mapping[str, "pa.Table"]
    utility: Mapping[str, float]
    rounded: tuple[RoundedNation, ...] = ()


def protect(
    tables: Mapping[str, "pa.Table"],
    policies: Mapping[int, DisclosurePolicy],
    earlier: Sequence[Mapping[str, "pa.Table"]] = (),
) -> Protected:
    """What of a release everybody may read.

    Args:
        tables: exact tables as the indicators give them, for all years up to the release's own.
        policies: of every collection year in them.
        earlier: the official tables of every edition published before, of whatever year, as they were published,
            oldest first.

    Raises:
        ReleaseCheckError: R502, a figure that is held back can be worked out. That is a fault of the program, or of an
            earlier edition that gives it away together with the national figures.
        WresError: a year without a policy, or a table that disclosure control knows nothing of.
        ValueError: a total is not the sum of its organisations.
    """
    exact = exact_figures(tables, policies)
    decisions, evidence = decide(exact, [earlier_edition(each, exact.pools) for each in reversed(earlier)])
    printed = printed_tables(decisions, tables)
    if found := disclosures(decisions, evidence, printed):
        raise ReleaseCheckError("R502", found, load_catalogue()["R502"].how_to_fix)
    return Protected(printed, utility(tables, printed), tuple(_rounded(decisions)))


def _rounded(decisions: Decisions) -> Iterator[RoundedNation]:
    exact = decisions.exact
    for at, row in enumerate(exact.rows["national"]):
        members = exact.totals.places[Place("national", at, "")]
        year, group = row["collection_year"], row["organisation_group"]
        for column in COUNTS:
            if decisions.step((members, column)) and decisions.shown(members, column) is not None:
                yield RoundedNation(year, group, column, COARSER * exact.policies[year].rounding)
