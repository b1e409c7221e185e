"""What a return consists of: the items of each template version, read from `templates/<major>.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from wres.errors import WresError
from wres.settings import package_data

_TEMPLATES = Path(__file__).resolve().parent / "template" / "versions"
RELATIVE_LIKELIHOOD = "relative_likelihood"


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the return. `step` is the smallest unit of its figures: 1, or 0.5 for a two-year average."""

    code: str
    label: str
    guidance: str
    section: str
    required: bool
    step: Decimal
    part_of: str | None  # the item that this one is an "of which" of
    in_total: bool  # whether it is a summand of workforce.total


@dataclass(frozen=True, slots=True)
class Comparison:
    """A measure that divides the likelihood of an ethnic group by that of another one, the comparator."""

    measure: str
    ethnic_group: str
    comparator: str


@dataclass(frozen=True, slots=True)
class Template:
    """A version of the return. `queries` maps a Q code to the words under which the sender is asked about it.

    `ethnic_groups` are those that a return states; `group_members` maps each group that a figure is given of, one of
    these or several together, to those that it consists of. `group_labels` are their names for people, and
    `unknown_group` is the group of staff whose ethnicity is not known.
    """

    version: str
    window: Literal["single_year", "two_year_average"]
    items: tuple[Item, ...]
    queries: Mapping[str, str]
    ethnic_groups: tuple[str, ...]
    group_members: Mapping[str, tuple[str, ...]]
    group_labels: Mapping[str, str]
    unknown_group: str
    comparisons: tuple[Comparison, ...]

    @property
    def major(self) -> int:
        """The part of the version before the dot: versions that share it ask for the same items."""
        return int(self.version.split(".", maxsplit=1)[0])

    def item(self, code: str) -> Item:
        """The item of that code.

        Raises:
            WresError: the template has no such item.
        """
        for item in self.items:
            if item.code == code:
                return item
        raise WresError(f"Template {self.version} has no item {code!r}: use a code of its Guidance sheet.")

    def comparison(self, measure: str = RELATIVE_LIKELIHOOD) -> Comparison:
        """Say which two groups a measure compares.

        Raises:
            WresError: the template compares no groups under this name.
        """
        for comparison in self.comparisons:
            if comparison.measure == measure:
                return comparison
        raise WresError(f"Template {self.version} compares no groups as {measure!r}: add it to its comparisons.")

    def cells(self) -> list[tuple[str, str]]:
        """Every cell of the return, as (item code, ethnic group), in the order of the sheet."""
        return [(item.code, group) for item in self.items for group in self.ethnic_groups]


def template_versions() -> tuple[str, ...]:
    """The template versions that there are, oldest first."""
    return tuple(_read(path).version for path in sorted(_TEMPLATES.glob("*.toml"), key=lambda p: int(p.stem)))


def newest_template() -> Template:
    """Load the newest template: what it says of groups holds for the published columns of all years."""
    return load_template(template_versions()[-1])


def load_template(version: str) -> Template:
    """The template of a version such as "2.0".

    Raises:
        WresError: there is no such version; the text names those that there are.
    """
    known = template_versions()
    if version not in known:
        raise WresError(f"There is no template {version!r}: use one of {', '.join(known)}.")
    return _read(_TEMPLATES / f"{version.split('.', maxsplit=1)[0]}.toml")


def group_labels() -> dict[str, str]:
    """Name the ethnic groups of all templates for people."""
    labels: dict[str, str] = {}
    for version in template_versions():
        labels |= load_template(version).group_labels
    return labels


@cache
def _read(path: Path) -> Template:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    items = tuple(_item(section["title"], **entry) for section in document["sections"] for entry in section["items"])
    window = cast("Literal['single_year', 'two_year_average']", document["window"])
    groups = tuple(document["ethnic_groups"])
    return Template(
        version=document["version"],
        window=window,
        items=items,
        queries=_queries(),
        ethnic_groups=groups,
        group_members={
            **{group: (group,) for group in groups},
            **{group: tuple(members) for group, members in document["groups_together"].items()},
        },
        group_labels={
            group: document["group_labels"].get(group, group.replace("_", " ").capitalize()) for group in groups
        },
        unknown_group=document["unknown_group"],
        comparisons=tuple(Comparison(**comparison) for comparison in document["comparisons"]),
    )


@cache
def _queries() -> Mapping[str, str]:
    """What a return may be asked about, by the code: the quality edits of the catalogue that are in use."""
    catalogue = tomllib.loads((package_data("expectations") / "edits.toml").read_text(encoding="utf-8"))
    return {
        code: edit["title"]
        for code, edit in catalogue.items()
        if edit["stage"] == "quality" and "withdrawn" not in edit
    }


def _item(section: str, **entry: Any) -> Item:
    return Item(
        code=entry.pop("code"),
        label=entry.pop("label"),
        guidance=entry.pop("guidance"),
        section=section,
        required=entry.pop("required", True),
        step=Decimal(entry.pop("step", "1")),
        part_of=entry.pop("part_of", None),
        in_total=entry.pop("in_total", True),
        **entry,  # a misspelt key stops here
    )
