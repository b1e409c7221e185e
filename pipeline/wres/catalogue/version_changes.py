"""What changed from one version of a data set to the next: what was taken away is major, anything else minor."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wres.catalogue.data_set_meta import Meta

Change = dict[str, Any]
Item = Mapping[str, Any]


def version_changes(before: Meta, now: Meta) -> tuple[dict[str, list[Change]], dict[str, list[Change]]]:
    """Return the major and the minor changes between the metadata of two versions, by what they are about."""
    changes_by_part = {
        "filters": _changed(map(_without_options, before["filters"]), map(_without_options, now["filters"]), _id),
        "filterOptions": _in_groups(_filter_options(before), _filter_options(now), "filter", _id),
        "geographicLevels": _changed(before["geographicLevels"], now["geographicLevels"], _code),
        "indicators": _changed(before["indicators"], now["indicators"], _id),
        "locationGroups": [
            {state: {"level": level} for state, level in change.items()}
            for change in _changed(_place_levels(before), _place_levels(now), _code)
        ],
        "locationOptions": _in_groups(_location_options(before), _location_options(now), "level", _id),
        "timePeriods": _changed(before["timePeriods"], now["timePeriods"], lambda item: str(item["period"])),
    }
    major = {part: _select_changes(changes, is_major=True) for part, changes in changes_by_part.items()}
    minor = {part: _select_changes(changes, is_major=False) for part, changes in changes_by_part.items()}
    return _without_empty(major), _without_empty(minor)


def _changed(before: Iterable[Item], now: Iterable[Item], key: Callable[[Item], str]) -> list[Change]:
    """Return each item that was added, taken away or is another now, as the state before and after."""
    old, new = {key(item): item for item in before}, {key(item): item for item in now}
    changes = []
    for name in [*old, *(name for name in new if name not in old)]:
        if old.get(name) != new.get(name):
            states = {"currentState": new.get(name), "previousState": old.get(name)}
            changes.append({state: item for state, item in states.items() if item is not None})
    return changes


def _in_groups(
    before: Mapping[str, tuple[Item, list[Item]]],
    now: Mapping[str, tuple[Item, list[Item]]],
    owner: str,
    key: Callable[[Item], str],
) -> list[Change]:
    """Return the changes of options group by group; a group that is new or gone is a change of the group itself."""
    return [
        {owner: dict(group), "options": changed}
        for name, (group, options) in now.items()
        if name in before and (changed := _changed(before[name][1], options, key))
    ]


def _select_changes(changes: Iterable[Change], *, is_major: bool) -> list[Change]:
    """Return the major or the minor ones of some changes, also within groups."""
    kept = []
    for change in changes:
        if "options" in change:
            options = [option for option in change["options"] if _is_major(option) is is_major]
            if options:
                kept.append({**change, "options": options})
        elif _is_major(change) is is_major:
            kept.append(change)
    return kept


def _is_major(change: Change) -> bool:
    return "currentState" not in change


def _without_empty(changes: Mapping[str, list[Change]]) -> dict[str, list[Change]]:
    return {kind: names for kind, names in changes.items() if names}


def _without_options(item: Item) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "options"}


def _filter_options(meta: Meta) -> dict[str, tuple[Item, list[Item]]]:
    return {item["id"]: (_without_options(item), item["options"]) for item in meta["filters"]}


def _location_options(meta: Meta) -> dict[str, tuple[Item, list[Item]]]:
    return {item["level"]["code"]: (item["level"], item["options"]) for item in meta["locations"]}


def _place_levels(meta: Meta) -> list[Item]:
    return [item["level"] for item in meta["locations"]]


def _id(item: Item) -> str:
    return str(item["id"])


def _code(item: Item) -> str:
    return str(item["code"])
