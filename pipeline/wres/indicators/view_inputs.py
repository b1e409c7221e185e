"""The inputs of the views beside the warehouse's rows: from the templates, the catalogue of edits, and mergers.

Of the templates of the collection years: items, ethnic groups, and who is compared. Of the organisations: who makes up
each one's last year, and the members of each organisation of the latest year in every year before.
"""

from collections.abc import Callable, Iterator

import pyarrow as pa

from wres.indicators.schemas import INPUTS
from wres.returns.template_spec import Template, load_template

Row = dict[str, object]
Pools = dict[tuple[int, str], list[str]]


def template_inputs(collections: pa.Table) -> dict[str, pa.Table]:
    """Return the views' inputs that follow from the templates, by name.

    Args:
        collections: one row per collection year, with its template version.

    Raises:
        WresError: a collection's template is unknown.
    """
    years = collections.select(["collection_year", "template_version"]).to_pylist()
    templates = {row["collection_year"]: load_template(row["template_version"]) for row in years}
    return {
        name: pa.Table.from_pylist(
            [{"collection_year": year, **row} for year, template in templates.items() for row in rows_of(template)],
            schema=INPUTS[name],
        )
        for name, rows_of in _ROWS.items()
    }


def _items(template: Template) -> Iterator[Row]:
    """Give the items: whether each is required, and whether it counts into the headcount."""
    for item in template.items:
        yield {"item": item.code, "required": item.required, "in_total": item.in_total}


def _ethnic_groups(template: Template) -> Iterator[Row]:
    """Give the groups that a return states, and whether each is one of staff whose ethnicity is known."""
    for group in template.ethnic_groups:
        yield {"ethnic_group": group, "is_known": group != template.unknown_group}


def _group_members(template: Template) -> Iterator[Row]:
    """Give each group that a figure is given of, with the groups of the return that it consists of."""
    for group, members in template.group_members.items():
        for member in members:
            yield {"ethnic_group": group, "member": member}


def _comparisons(template: Template) -> Iterator[Row]:
    """Give each ratio of two groups, by the name of its measure."""
    for compared in template.comparisons:
        yield {"measure": compared.measure, "ethnic_group": compared.ethnic_group, "comparator": compared.comparator}


_ROWS: dict[str, Callable[[Template], Iterator[Row]]] = {
    "items": _items,
    "ethnic_groups": _ethnic_groups,
    "group_members": _group_members,
    "comparisons": _comparisons,
}


def edits() -> pa.Table:
    """Return one row per quality edit of the catalogue: its title, severity, and whether its findings are explained."""
    from wres.validation.edit_catalogue import SIGN_OFF, load_catalogue

    rows = [
        {
            "edit_code": code,
            "edit_title": edit.title,
            "severity": edit.severity,
            "to_be_explained": code != SIGN_OFF,
        }
        for code, edit in load_catalogue().items()
        if edit.stage == "quality"
    ]
    return pa.Table.from_pylist(rows, schema=INPUTS["edits"])


def successions_of(organisations: pa.Table) -> pa.Table:
    """Return one row per collection year, organisation and member of the pool that makes up its last year."""
    columns = ("collection_year", "organisation_code", "last_year_codes")
    years, codes, pools = (organisations[name].to_pylist() for name in columns)
    rows = [
        {"collection_year": year, "organisation_code": code, "last_year_code": last_year}
        for year, code, pool in zip(years, codes, pools, strict=True)
        for last_year in pool.split()
    ]
    return pa.Table.from_pylist(rows, schema=INPUTS["successions"])


def merger_history(organisations: pa.Table) -> pa.Table:
    """Return one row per organisation of the latest year, year back to the first gap, and member in that year.

    Members are followed from year to year, by each one's own pool of the year before. A member is null where there is
    none, and in all years before; a member that is reached in two ways has two rows.

    Args:
        organisations: columns as in `schemas.INPUTS`, all years.

    Returns: columns as in `schemas.INPUTS`.
    """
    columns = (organisations[name].to_pylist() for name in ("collection_year", "organisation_code", "last_year_codes"))
    pools: Pools = {(year, code): pool.split() for year, code, pool in zip(*columns, strict=True)}
    years = {year for year, _ in pools}
    latest = max(years, default=0)
    rows = [
        {"collection_year": year, "latest_year": latest, "organisation_code": code, "member_code": member}
        for pool_year, code in pools
        if pool_year == latest
        for year, member in _way_back(pools, years, latest, code)
    ]
    return pa.Table.from_pylist(rows, schema=INPUTS["lineages"])


def _way_back(pools: Pools, years: set[int], year: int, code: str) -> Iterator[tuple[int, str | None]]:
    members: list[str | None] = [code]
    while year in years:
        yield from ((year, member) for member in members)
        members = [before for member in members for before in _pool(pools, year, member)]
        year -= 1


def _pool(pools: Pools, year: int, member: str | None) -> list[str | None]:
    """Return the members of the year before; one None where there is none."""
    return [*(pools.get((year, member), []) if member else [])] or [None]
