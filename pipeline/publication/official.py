"""The tables of an official release: what disclosure control leaves of the exact ones, beside all published before."""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.collection.disclosure import DisclosurePolicy
from pipeline.publication.specification import load_specification
from pipeline.publication.store import ReleaseName, release_in
from pipeline.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.publication.disclosure import Protected


def protected_tables(
    settings: Settings,
    tables: Mapping[str, "pa.Table"],
    policies: Mapping[int, DisclosurePolicy],
    before: Sequence[ReleaseName],
) -> "Protected":
    """Decide what of exact tables everybody may read, each year under its own policy.

    Args:
        settings: say where releases are.
        tables: the indicator tables, exact, for all years up to the release's own.
        policies: of every collection year in them.
        before: the official editions that were published before, which a reader can lay beside this one.

    Raises:
        ReleaseCheckError: R502, a suppressed figure can be worked out; R505, a verdict differs from the exact one.
        WresError: an edition published before is not there.
    """
    from pipeline.publication.disclosure import protect

    needed = before if any(policy.protects for policy in policies.values()) else ()
    return protect(tables, policies, [_published(settings, name) for name in needed])


def _published(settings: Settings, name: ReleaseName) -> dict[str, "pa.Table"]:
    """The tables of a release as it was published, wherever it lies."""
    import pyarrow.parquet as pq

    releases = release_in(settings, name)
    files = releases.files(name)
    paths = {table: f"parquet/{table}.parquet" for table in load_specification().tables}
    return {
        table: pq.read_table(io.BytesIO(releases.read(name, path))) for table, path in paths.items() if path in files
    }


def policy_sentences(policies: Mapping[int, DisclosurePolicy]) -> tuple[str, ...]:
    """Say in words which disclosure policy the figures of which collection years follow."""
    texts = load_specification().disclosure_policies
    years: dict[DisclosurePolicy, list[int]] = {}
    for year, policy in sorted(policies.items()):
        years.setdefault(policy, []).append(year)
    return tuple(
        f"Disclosure policy of {_years_text(covered)}: {policy.policy}. "
        + texts[policy.policy].format(least=policy.threshold + 1, threshold=policy.threshold, rounding=policy.rounding)
        for policy, covered in years.items()
    )


def _years_text(years: Sequence[int]) -> str:
    """List years as people do: 2022; 2020 to 2022; 2018 and 2021."""
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]} to {years[-1]}"
    return " and ".join([", ".join(map(str, years[:-1])), str(years[-1])] if len(years) > 1 else [str(years[0])])


def rounding_sentences(protected: "Protected") -> tuple[str, ...]:
    """What readers are told of national counts that had to be rounded; nothing where all are exact."""
    titles = {column.name: column.title for column in load_specification().tables["national"].columns}
    return tuple(
        f"{titles[one.column]}, {one.year}, {one.organisation_group}: the national count is rounded to the nearest "
        f"{one.to}, because the exact one would tell a count that is held back."
        for one in protected.rounded
    )
