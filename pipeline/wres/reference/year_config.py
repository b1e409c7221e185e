"""Read the configuration of a collection year: dates, template, window, groups, goals, disclosure policy."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from wres.clock import LONDON
from wres.errors import WresError
from wres.settings import load_settings

Policy = Literal["open", "ratios", "protected"]
_NUMBERS = ("threshold", "rounding")


@dataclass(frozen=True, slots=True)
class DisclosurePolicy:
    """Which figures below the nation an official release shows as they are.

    `open`: every figure. `ratios`: every ratio and range, and an organisation's entries where each group has none or
    more than `threshold`; the entries of regions and types to the nearest `rounding`. `protected`: a count above 0 and
    up to `threshold` is replaced, any other is rounded to the nearest `rounding`, halves up, and no replaced count can
    be worked out.
    """

    policy: Policy = "ratios"
    threshold: int = 7
    rounding: int = 5

    @property
    def protects(self) -> bool:
        """Whether it promises that no suppressed count can be worked out."""
        return self.policy == "protected"

    @property
    def shows_ratios(self) -> bool:
        """Whether it shows every ratio and range, and the counts behind them only where they are large enough."""
        return self.policy == "ratios"


def disclosure_policy(raw: Mapping[str, Any]) -> DisclosurePolicy:
    """Read the policy that a year's file states."""
    return DisclosurePolicy(policy=raw["policy"], **{name: raw[name] for name in _NUMBERS if name in raw})


def wrong_policy(raw: Mapping[str, Any]) -> str:
    """Say what is wrong with the table, as the end of a sentence about the file; empty where nothing is."""
    if raw.get("policy") not in get_args(Policy):
        return f"must have a disclosure policy out of {', '.join(get_args(Policy))}"
    wanted = {"policy", *_NUMBERS} if raw["policy"] != "open" else {"policy"}
    if unknown := sorted(raw.keys() ^ wanted):
        return f"has an unknown or lacks the known disclosure key {unknown[0]}"
    if any(type(raw[name]) is not int or raw[name] < 1 for name in wanted - {"policy"}):
        return "must have whole numbers of 1 or more as the disclosure threshold and rounding"
    if wanted > {"policy"} and raw["rounding"] > 2 * (raw["threshold"] + 1):
        return "must have a disclosure rounding that turns no count above the threshold into 0"
    return ""


_YEARS = Path(__file__).resolve().parent / "years"

Window = Literal["single_year", "two_year_average"]
State = Literal["not_open", "open", "late", "closed"]

ORGANISATION_GROUPS = ("trust", "icb", "ccg", "alb")

# What a year's file must hold, and as what; `goal_percent` alone may be left out (no goal was set for the year).
_KEYS: dict[str, type] = {
    "assumed": list,
    "year": int,
    "snapshot": date,
    "entries_from": date,
    "entries_to": date,
    "opens": datetime,
    "deadline": datetime,
    "hard_close": datetime,
    "release_time": datetime,
    "template_version": str,
    "window": str,
    "organisation_groups": list,
    "rule_set": str,
    "thresholds": dict,
    "disclosure": dict,
}
_TIMES = ("opens", "deadline", "hard_close", "release_time")
_OPTIONAL = {"goal_percent": int}
_KINDS = {
    date: "a date",
    datetime: "a date with a time",
    dict: "a table",
    int: "a whole number",
    list: "a list",
    str: "a text",
}
_THRESHOLDS = (
    "unknown_ethnicity_percent",
    "unknown_ethnicity_rise_points",
    "headcount_change_percent",
    "relative_likelihood_high",
    "relative_likelihood_fold",
    "overall_rate_high_fold",
    "bme_share_change_points",
    "beyond_any_employer",
    "small_numbers_entries",
    "coverage_percent",
    "national_change_percent",
)


@dataclass(frozen=True, slots=True)
class CollectionYear:
    """One collection year. Times are aware and in Europe/London; a comparison with any aware time is right."""

    year: int
    snapshot: date
    entries_from: date
    entries_to: date
    opens: datetime
    deadline: datetime
    hard_close: datetime
    release_time: datetime
    template_version: str  # "1.0": the part before the dot is the major version
    window: Window
    organisation_groups: tuple[str, ...]
    goal_percent: int | None
    rule_set: str
    thresholds: dict[str, float]
    disclosure: DisclosurePolicy  # of the official release
    assumed: tuple[str, ...]  # the keys of this file that rest on an assumption

    @property
    def template_major(self) -> int:
        """The part of the template's version that a return must share."""
        return int(self.template_version.split(".")[0])

    def state(self, now: datetime) -> State:
        """Where the collection stands: `late` is after the deadline and up to the hard close."""
        if now < self.opens:
            return "not_open"
        if now <= end_of_minute(self.deadline):
            return "open"
        return "late" if now <= end_of_minute(self.hard_close) else "closed"


def end_of_minute(moment: datetime) -> datetime:
    """The last instant of a time that is said in hours and minutes: "until 23:59" includes that minute."""
    return moment.replace(second=59, microsecond=999_999)


@cache
def configured_years() -> tuple[int, ...]:
    """The collection years that have a file, earliest first."""
    return tuple(sorted(_year_files()))


def _year_files() -> dict[int, Path]:
    """Return the file of each year: those of the project, and those of WRES_YEARS, which count where both have one.

    Raises:
        WresError: WRES_YEARS is no folder.
    """
    further = load_settings().years
    if further is not None and not further.is_dir():
        raise WresError(f"WRES_YEARS names {further}, which is no folder. Correct it, or unset it.")
    folders = [_YEARS, *([further] if further else [])]
    return {int(path.stem): path for folder in folders for path in folder.glob("[0-9][0-9][0-9][0-9].toml")}


@cache
def load_year(year: int) -> CollectionYear:
    """The calendar of a collection year.

    Raises:
        WresError: the year has no file (the text names those that have one), or its file is faulty.
    """
    if year not in configured_years():
        listed = ", ".join(str(known) for known in configured_years())
        raise WresError(f"There is no collection year {year}: use one of {listed}, or add a file for it.")
    return read_year_file(_year_files()[year])


def read_year_file(path: Path) -> CollectionYear:
    """One year's file, checked: every key there and of its kind, none unknown, dates in order.

    Raises:
        WresError: the first thing that is wrong, with the file and the key.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WresError(f"The calendar file {path.name} cannot be read ({error}): correct it.") from None
    problem = _wrong_keys(raw) or _wrong_values(raw) or _wrong_order(raw)
    if not problem and path.stem != str(raw["year"]):
        problem = f"says that it is for {raw['year']}"
    if problem:
        raise WresError(f"The calendar file {path.name} {problem}: correct it.")
    return CollectionYear(
        **{key: raw[key] for key in _KEYS if key not in _TIMES and not isinstance(raw[key], (list, dict))},
        **{key: raw[key].replace(tzinfo=LONDON) for key in _TIMES},
        organisation_groups=tuple(raw["organisation_groups"]),
        goal_percent=raw.get("goal_percent"),
        thresholds={name: float(raw["thresholds"][name]) for name in _THRESHOLDS},
        disclosure=disclosure_policy(raw["disclosure"]),
        assumed=tuple(raw["assumed"]),
    )


def _wrong_keys(raw: dict[str, Any]) -> str:
    """What is wrong with the keys and the kinds of their values, or nothing."""
    kinds = _KEYS | {key: kind for key, kind in _OPTIONAL.items() if key in raw}
    for key in kinds:
        if key not in raw:
            return f"has no {key}"
        # The exact type: for Python a datetime is a date and true is a whole number.
        if type(raw[key]) is not kinds[key]:
            return f"must have {_KINDS[kinds[key]]} as its {key}"
    if unknown := sorted(raw.keys() - kinds.keys()):
        return f"has the unknown key {unknown[0]}"
    if unknown := sorted(raw["thresholds"].keys() ^ set(_THRESHOLDS)):
        return f"has an unknown or lacks the known threshold {unknown[0]}"
    if unknown := [key for key in raw["assumed"] if key not in kinds]:
        return f"calls the unknown key {unknown[0]} assumed"
    return ""


def _wrong_values(raw: dict[str, Any]) -> str:
    """What is wrong with single values, or nothing."""
    groups = raw["organisation_groups"]
    if not groups or len(set(groups)) < len(groups) or not set(groups) <= set(ORGANISATION_GROUPS):
        return f"must have organisation_groups out of {', '.join(ORGANISATION_GROUPS)}, each once"
    if raw["window"] not in get_args(Window):
        return f"must have a window out of {', '.join(get_args(Window))}"
    if not re.fullmatch(r"[1-9][0-9]*\.[0-9]+", raw["template_version"]):
        return 'must have a template_version such as "2.0"'
    if not 0 < raw.get("goal_percent", 1) <= 100:
        return "must have a goal_percent from 1 to 100, or none"
    for name, value in raw["thresholds"].items():
        if type(value) not in (int, float) or not value > 0:
            return f"must have a number above 0 as the threshold {name}"
    return wrong_policy(raw["disclosure"]) or ("" if raw["rule_set"].strip() else "must name its rule_set")


def _wrong_order(raw: dict[str, Any]) -> str:
    """What is wrong with the dates as they stand to one another, or nothing."""
    if any(raw[key].tzinfo is not None for key in _TIMES):
        return "must give its times as London's clock shows them, without an offset"
    days = (raw["entries_to"] - raw["entries_from"]).days + 1
    rules = (
        (raw["snapshot"].year == raw["year"], "must have its snapshot in its own year"),
        (raw["snapshot"] == raw["entries_to"], "must end its entries on the snapshot"),
        (days in (365, 366), "must count entries over one whole year"),
        (raw["snapshot"] < raw["opens"].date(), "must open after the snapshot"),
        (raw["opens"] < raw["deadline"], "must open before the deadline"),
        (raw["deadline"] < raw["hard_close"], "must have its deadline before the hard close"),
        (raw["hard_close"] < raw["release_time"], "must have its hard close before the release"),
    )
    return next((problem for holds, problem in rules if not holds), "")
