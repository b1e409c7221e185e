"""Read what a return consists of: the items and ethnic groups of each template version, from TOML files."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from wres.errors import WresError
from wres.returns.text import normalise_heading
from wres.settings import package_data

TEMPLATES_FOLDER = Path(__file__).resolve().parent / "template" / "versions"  # one file for each major version
_OF_A_RETURN = ("structure", "values", "quality")  # stages of edits
# What the sheet Return says beside who and when, in the order of its rows; none of it comes from the sender.
PROGRESS_LABELS = ("Ready to send", "Send by", "Questions to", "May be asked about")
RELATIVE_LIKELIHOOD = "relative_likelihood"
OVERALL = "overall"  # the groups together whose likelihood is given for all staff
_GROUP = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TAKEN = {"item", "value", "data_item", "ethnic_group", "collection_year", "organisation_code", OVERALL}


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
    """A measure that divides the likelihood of an ethnic group by that of another one, the comparator.

    Each is a group that a return states, or several together. `label` names the measure on the sheet Return, and
    `guidance` says what it means, in words that follow a semicolon.
    """

    measure: str
    ethnic_group: str
    comparator: str
    label: str
    guidance: str


@dataclass(frozen=True, slots=True)
class Template:
    """A version of the return. `queries` maps a Q code to the words under which the sender is asked about it.

    `ethnic_groups` are those that a return states; `group_members` maps each group that a figure is given of, one of
    these or several together, to those that it consists of. `group_labels` are their names for people,
    `group_guidance` says who belongs to which, and `unknown_group` is the group of staff whose ethnicity is not known.
    `ethnic_categories` are patterns, each with the group of an ethnic category that it finds.
    """

    version: str
    window: Literal["single_year", "two_year_average"]
    items: tuple[Item, ...]
    queries: Mapping[str, str]
    ethnic_groups: tuple[str, ...]
    group_members: Mapping[str, tuple[str, ...]]
    group_labels: Mapping[str, str]
    group_guidance: str
    unknown_group: str
    ethnic_categories: tuple[tuple[re.Pattern[str], str], ...]
    comparisons: tuple[Comparison, ...]

    @property
    def major(self) -> int:
        """Return the part of the version before the dot: versions that share it ask for the same items."""
        return int(self.version.split(".", maxsplit=1)[0])

    def item(self, code: str) -> Item:
        """Return the item of that code.

        Raises:
            WresError: the template has no such item.
        """
        for item in self.items:
            if item.code == code:
                return item
        raise WresError(f"Template {self.version} has no item {code!r}: use a code of its Guidance sheet.")

    def comparison(self, measure: str = RELATIVE_LIKELIHOOD) -> Comparison:
        """Return which two groups a measure compares.

        Raises:
            WresError: the template compares no groups under this name.
        """
        for comparison in self.comparisons:
            if comparison.measure == measure:
                return comparison
        raise WresError(f"Template {self.version} compares no groups as {measure!r}: add it to its comparisons.")

    def group_headings(self) -> Mapping[str, str]:
        """Return the ethnic group of each heading that may stand above its column, as `normalise_heading` gives it."""
        return _name_headings(tuple(self.group_labels.items()))

    def cells(self) -> list[tuple[str, str]]:
        """Return every cell of the return, as (item code, ethnic group), in the order of the sheet."""
        return [(item.code, group) for item in self.items for group in self.ethnic_groups]


def template_versions() -> tuple[str, ...]:
    """Return the template versions that there are, oldest first."""
    return tuple(template.version for template in all_templates())


def all_templates() -> tuple[Template, ...]:
    """Load every template, the oldest first."""
    return _read_folder(TEMPLATES_FOLDER)


def newest_template() -> Template:
    """Load the newest template: what it says of groups holds for the published columns of all years."""
    return all_templates()[-1]


def load_template(version: str) -> Template:
    """Load the template of a version such as "2.0".

    Raises:
        WresError: there is no such version; the text names those that there are.
    """
    for template in all_templates():
        if template.version == version:
            return template
    raise WresError(f"There is no template {version!r}: use one of {', '.join(template_versions())}.")


def group_labels() -> dict[str, str]:
    """Name the ethnic groups of all templates for people."""
    labels: dict[str, str] = {}
    for template in all_templates():
        labels |= template.group_labels
    return labels


def heading_forms() -> tuple[Mapping[str, str], ...]:
    """Return the `group_headings` of all templates, each different one once, the newest first."""
    return _heading_forms(TEMPLATES_FOLDER)


def group_headings() -> Mapping[str, str]:
    """Return the ethnic group of each heading that any template has; the newest template decides."""
    return _all_headings(TEMPLATES_FOLDER)


def codes_of_label(label: str) -> frozenset[str]:
    """Return the item codes of all templates that have this label, as `normalise_heading` gives it."""
    return _codes_by_label(TEMPLATES_FOLDER).get(label, frozenset())


@cache
def _codes_by_label(folder: Path) -> Mapping[str, frozenset[str]]:
    items = [item for template in _read_folder(folder) for item in template.items]
    labels = {normalise_heading(item.label) for item in items}
    return {label: frozenset(item.code for item in items if normalise_heading(item.label) == label) for label in labels}


@cache
def _heading_forms(folder: Path) -> tuple[Mapping[str, str], ...]:
    forms = [dict(template.group_headings()) for template in reversed(_read_folder(folder))]
    return tuple(form for number, form in enumerate(forms) if form not in forms[:number])


@cache
def _all_headings(folder: Path) -> Mapping[str, str]:
    return {heading: group for form in reversed(_heading_forms(folder)) for heading, group in form.items()}


@cache
def _name_headings(labels: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Name the groups by their codes and their labels, both as headings are compared."""
    headings = {normalise_heading(label): group for group, label in labels}
    return headings | {normalise_heading(group): group for group, _ in labels}


@cache
def _read_folder(folder: Path) -> tuple[Template, ...]:
    """Read the templates of a folder, the oldest first.

    Raises:
        ValueError: what a file says of the ethnic groups is not sound.
    """
    return tuple(_read(path) for path in sorted(folder.glob("*.toml"), key=lambda path: int(path.stem)))


def _read(path: Path) -> Template:
    """Read one template."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    items = tuple(
        _read_item(section["title"], **entry) for section in document["sections"] for entry in section["items"]
    )
    window = cast("Literal['single_year', 'two_year_average']", document["window"])
    groups = tuple(document["ethnic_groups"])
    template = Template(
        version=document["version"],
        window=window,
        items=items,
        queries=_load_query_titles(),
        ethnic_groups=groups,
        group_members={
            **{group: (group,) for group in groups},
            **{group: tuple(members) for group, members in document["groups_together"].items()},
        },
        group_labels={
            group: document["group_labels"].get(group, group.replace("_", " ").capitalize()) for group in groups
        },
        group_guidance=document["group_guidance"],
        unknown_group=document["unknown_group"],
        ethnic_categories=tuple((re.compile(rule), group) for rule, group in document["ethnic_categories"]),
        comparisons=tuple(Comparison(**comparison) for comparison in document["comparisons"]),
    )
    if problem := _find_group_problem(template):
        raise ValueError(f"The template {path.name} {problem}.")
    return template


def _find_group_problem(template: Template) -> str:
    """Say what a template says wrongly of its ethnic groups, as the end of a sentence; nothing where all is sound."""
    groups, stated = template.ethnic_groups, set(template.ethnic_groups)
    named = {
        "groups_together": [member for members in template.group_members.values() for member in members],
        "unknown_group": [template.unknown_group],
        "ethnic_categories": [group for _, group in template.ethnic_categories],
    }
    compared = {group for pair in template.comparisons for group in (pair.ethnic_group, pair.comparator)}
    codes = [group for group in groups if not _GROUP.fullmatch(group) or group in _TAKEN]
    headings = {normalise_heading(label) for label in template.group_labels.values()} - {""}
    rules = (
        (len(stated) == len(groups), "must name each of its ethnic_groups once"),
        (
            not codes,
            f"has the ethnic group {codes[:1]}: use small letters, digits and underscores, and no other heading",
        ),
        (OVERALL in template.group_members, f"must name the members of {OVERALL} in groups_together"),
        *(
            (stated.issuperset(members), f"names in {key} a group that is none of its ethnic_groups")
            for key, members in named.items()
        ),
        (compared <= template.group_members.keys(), "compares a group that it does not have"),
        (
            len(headings) == len(stated),
            "must give each of its ethnic_groups a label of its own, of 60 characters at most",
        ),
    )
    return next((problem for is_sound, problem in rules if not is_sound), "")


@cache
def _load_query_titles() -> Mapping[str, str]:
    """Return the titles of the edits that ask about a return, by code: those in use that are no rejections."""
    catalogue = tomllib.loads((package_data("expectations") / "edits.toml").read_text(encoding="utf-8"))
    return {
        code: edit["title"]
        for code, edit in catalogue.items()
        if edit["stage"] in _OF_A_RETURN and edit["severity"] == "query" and "withdrawn" not in edit
    }


def _read_item(section: str, **entry: Any) -> Item:
    """Read one item; what it does not state has its usual value."""
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
