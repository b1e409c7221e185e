"""Read the file of a collection year: dates, template, window, groups, goals, and its tables."""

import re
import tomllib
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from wres.clock import LONDON
from wres.errors import WresError
from wres.reference.year_tables import DisclosurePolicy, PublicationFacts, YearTable, check_thresholds, describe_choices

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Window = Literal["single_year", "two_year_average"]
State = Literal["not_open", "open", "late", "closed"]
OrganisationGroup = Literal["trust", "icb", "ccg", "alb"]

ORGANISATION_GROUPS = get_args(OrganisationGroup)
_ORGANISATION_CODE = re.compile(r"[A-Z0-9]{3,6}")
# Bands and grades; not the total, which is optional in every year, nor the entries, which nobody may leave out.
_BAND = r"^workforce\.(non_clinical|clinical|medical)\.[a-z0-9_]+$"

_YEARS = Path(__file__).resolve().parent / "years"


def _in_london(time: datetime) -> datetime:
    """Give a time of London's clock its zone."""
    if time.tzinfo is not None:
        raise ValueError("must give its times as London's clock shows them, without an offset")
    return time.replace(tzinfo=LONDON)


_Day = Annotated[date, Field(description="a date")]
_Time = Annotated[datetime, AfterValidator(_in_london), Field(description="a date with a time")]
_Threshold = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class CollectionYear(YearTable):
    """One collection year. Times are aware and in Europe/London; a comparison with any aware time is right."""

    year: Annotated[int, Field(description="a whole number")]
    snapshot: _Day
    entries_from: _Day
    entries_to: _Day
    opens: _Time
    deadline: _Time
    hard_close: _Time
    release_time: _Time
    # The part before the dot is the major version.
    template_version: Annotated[str, Field(pattern=r"^[1-9][0-9]*\.[0-9]+$", description='a text such as "2.0"')]
    window: Annotated[Window, Field(description=describe_choices(Window))]
    organisation_groups: Annotated[
        tuple[OrganisationGroup, ...],
        Field(strict=False, min_length=1, description=f"a list out of {', '.join(ORGANISATION_GROUPS)}, each once,"),
    ]
    # The groups, and the codes of organisations, that may send and need not.
    voluntary: Annotated[tuple[str, ...], Field(strict=False, description="a list of groups and codes")] = ()
    # The items of the template that count as 0 where a return leaves them out.
    optional_items: Annotated[
        tuple[Annotated[str, Field(pattern=_BAND)], ...],
        Field(strict=False, description="a list of workforce items of bands and grades"),
    ] = ()
    goal_percent: Annotated[int | None, Field(ge=1, le=100, description="a whole number from 1 to 100")] = None
    rule_set: Annotated[str, Field(pattern=r"\S", description="the name of its edits")]
    thresholds: Annotated[
        dict[str, _Threshold], AfterValidator(check_thresholds), Field(description="a table of numbers above 0")
    ]
    publication: Annotated[PublicationFacts, Field(description="a table")]
    disclosure: Annotated[DisclosurePolicy, Field(description="a table")]  # of the official release
    # The keys of this file that rest on an assumption.
    assumed: Annotated[tuple[str, ...], Field(strict=False, description="a list of keys")]

    @model_validator(mode="after")
    def _check_lists(self) -> "CollectionYear":
        """Require lists without repeats, of known groups and keys."""
        if len(set(self.organisation_groups)) < len(self.organisation_groups):
            raise ValueError("must name each of its organisation_groups once")
        for entry in self.voluntary:
            if entry not in self.organisation_groups and not _ORGANISATION_CODE.fullmatch(entry):
                raise ValueError(f"names {entry!r} as voluntary, which is neither one of its groups nor an ODS code")
        for name in ("voluntary", "optional_items"):
            if len(set(getattr(self, name))) < len(getattr(self, name)):
                raise ValueError(f"must name each of its {name} once")
        if unknown := [key for key in self.assumed if key not in self.model_fields_set]:
            raise ValueError(f"calls the unknown key {unknown[0]} assumed")
        return self

    @model_validator(mode="after")
    def _check_dates(self) -> "CollectionYear":
        """Require dates that follow each other as a collection does."""
        days = (self.entries_to - self.entries_from).days + 1
        rules = (
            (self.snapshot.year == self.year, "must have its snapshot in its own year"),
            (self.snapshot == self.entries_to, "must end its entries on the snapshot"),
            (days in (365, 366), "must count entries over one whole year"),
            (self.snapshot < self.opens.date(), "must open after the snapshot"),
            (self.opens < self.deadline, "must open before the deadline"),
            (self.deadline < self.hard_close, "must have its deadline before the hard close"),
            (self.hard_close < self.release_time, "must have its hard close before the release"),
        )
        for holds, problem in rules:
            if not holds:
                raise ValueError(problem)
        return self

    def state(self, now: datetime) -> State:
        """Return where the collection stands: `late` is after the deadline and up to the hard close."""
        if now < self.opens:
            return "not_open"
        if now <= end_of_minute(self.deadline):
            return "open"
        return "late" if now <= end_of_minute(self.hard_close) else "closed"


def end_of_minute(moment: datetime) -> datetime:
    """Return the last instant of a time that is said in hours and minutes: "until 23:59" includes that minute."""
    return moment.replace(second=59, microsecond=999_999)


def configured_years(folder: Path | None = None) -> tuple[int, ...]:
    """Return the collection years that have a file, earliest first.

    Args:
        folder: a folder of further years' files, which is `Settings.years`; None: the project's own alone.

    Raises:
        WresError: there is no such folder.
    """
    return tuple(sorted(_year_files(folder)))


def load_year(year: int, folder: Path | None = None) -> CollectionYear:
    """Load the configuration of a collection year. A file that was changed is read again.

    Args:
        year: which.
        folder: a folder of further years' files, which is `Settings.years`; None: the project's own alone.

    Raises:
        WresError: the year has no file (the text names those that have one), its file is faulty, or there is no such
            folder.
    """
    files = _year_files(folder)
    if year not in files:
        listed = ", ".join(str(known) for known in sorted(files))
        raise WresError(f"There is no collection year {year}: use one of {listed}, or add a file for it.")
    try:
        changed_at = files[year].stat().st_mtime_ns
    except OSError:
        changed_at = 0  # reading it says what is wrong
    return _read_unchanged(files[year], changed_at)


def load_year_before(calendar: CollectionYear, folder: Path | None = None) -> CollectionYear | None:
    """Load the configuration of the year before one, as `load_year`; None where that year has no file."""
    year = calendar.year - 1
    return load_year(year, folder) if year in configured_years(folder) else None


def _year_files(folder: Path | None) -> dict[int, Path]:
    """Return the file of each year: the project's, and those of the folder, which count where both have one."""
    if folder is not None and not folder.is_dir():
        raise WresError(f"WRES_YEARS names {folder}, which is no folder. Correct it, or unset it.")
    folders = [_YEARS, *([folder] if folder else [])]
    return {int(path.stem): path for place in folders for path in place.glob("[0-9][0-9][0-9][0-9].toml")}


@lru_cache(maxsize=100)
def _read_unchanged(path: Path, _changed_at: int) -> CollectionYear:
    """Read a year's file, once for each time at which it was changed."""
    return read_year_file(path)


def read_year_file(path: Path) -> CollectionYear:
    """Read one year's file and check it: every key there and of its kind, none unknown, dates in order.

    Raises:
        WresError: the first thing that is wrong, with the file and the key.
    """
    try:
        year = CollectionYear.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise WresError(f"The calendar file {path.name} {_describe_problem(error.errors()[0])}: correct it.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WresError(f"The calendar file {path.name} cannot be read ({error}): correct it.") from None
    if path.stem != str(year.year):
        raise WresError(f"The calendar file {path.name} says that it is for {year.year}: correct it.")
    return year


def _describe_problem(error: "ErrorDetails") -> str:
    """Say what is wrong, as the end of a sentence about the file; keys are dotted as in TOML."""
    keys = [part for part in error["loc"] if isinstance(part, str)]
    key = ".".join(keys)
    if error["type"] == "missing":
        return f"has no {key}"
    if error["type"] == "extra_forbidden":
        return f"has the unknown key {key}"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if keys[0] == "thresholds" and len(keys) > 1:
        return f"must have a number above 0 as its {key}"
    tables: dict[str, type[BaseModel]] = {"disclosure": DisclosurePolicy, "publication": PublicationFacts}
    table = tables.get(keys[0], CollectionYear) if len(keys) > 1 else CollectionYear
    return f"must have {table.model_fields[keys[-1]].description} as its {key}"
