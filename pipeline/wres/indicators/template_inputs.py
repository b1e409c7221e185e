"""Read from the templates of the collection years what the views need: items, ethnic groups, and who is compared."""

from collections.abc import Callable, Iterator

import pyarrow as pa

from wres.indicators.schemas import INPUTS
from wres.returns.template_spec import Template, load_template

Row = dict[str, object]


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
