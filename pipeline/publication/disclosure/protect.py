"""Disclosure control of a whole release: from the exact tables to those that everybody may read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.collection.disclosure import DisclosurePolicy
from pipeline.publication.disclosure.exact import exact_figures
from pipeline.publication.disclosure.fill import printed_tables
from pipeline.publication.disclosure.secondary import decide

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Protected:
    """The tables of an official release.

    `tables` have the columns and order of the specification, nulls where a figure is held back, and a last column
    `suppressed`: the names of the columns that are null for that reason, row by row. `utility` is the share of the
    exact figures that survive, by table.
    """

    tables: Mapping[str, "pa.Table"]
    utility: Mapping[str, float]


def protect(
    tables: Mapping[str, "pa.Table"],
    policies: Mapping[int, DisclosurePolicy],
    earlier: Sequence[Mapping[str, "pa.Table"]] = (),
) -> Protected:
    exact = exact_figures(tables, policies)
    decisions, evidence = decide(exact)
    return Protected(printed_tables(decisions, tables), {})
