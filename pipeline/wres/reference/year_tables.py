"""Define the tables of a year's file: the disclosure policy, the facts for publication, the thresholds of the edits."""

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

Policy = Literal["open", "ratios", "protected"]

_THRESHOLDS = (
    "chance",
    "chance_of_region",
    "region_move_percent",
    "ratio_people",
    "rate_people",
    "none_entered_expected",
    "none_entered_expected_of_nation",
    "robust_deviations",
    "staff_deviation_least_percent",
    "staff_people",
    "shrunk_percent",
    "shrunk_cells_percent",
    "shrunk_cell_staff",
    "shrunk_cells_least",
    "share_deviation_least_points",
    "turnover_percent",
    "share_people",
    "unknown_ethnicity_percent",
    "copied_entries_chance",
    "profile_shift",
    "profile_shift_by_root",
    "cell_people",
    "cell_percent",
    "cell_roots",
    "cell_group_percent",
    "assumed_staff_deviation_percent",
    "assumed_share_deviation_points",
    "assumed_rate_swing",
    "few_staff",
    "beyond_any_employer",
    "small_numbers_entries",
    "coverage_percent",
    "national_change_percent",
)
# A year without one does not state what rests on it.
_OPTIONAL_THRESHOLDS = {"small_numbers_entries"}  # the adjusted share within the range


def describe_choices(words: object) -> str:
    """Describe the values that a field takes, for the text of an error."""
    return f"one of {', '.join(get_args(words))}"


def check_thresholds(thresholds: dict[str, float]) -> dict[str, float]:
    """Require every threshold and no other; give them in the order of the documentation."""
    for name in _THRESHOLDS:
        if name not in thresholds and name not in _OPTIONAL_THRESHOLDS:
            raise ValueError(f"has no thresholds.{name}")
    for name in thresholds:
        if name not in _THRESHOLDS:
            raise ValueError(f"has the unknown key thresholds.{name}")
    return {name: thresholds[name] for name in _THRESHOLDS if name in thresholds}


class YearTable(BaseModel):
    """A table of a year's file. The description of a field ends the sentence "The calendar file must have ..."."""

    # Strict: without it a text of digits would be a number, and a time a date.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


_Count = Annotated[int, Field(ge=1, description="a whole number of 1 or more")]


class DisclosurePolicy(YearTable):
    """The rule for which figures below the nation an official release shows as they are.

    `open`: every figure. `ratios`: every ratio and range, and an organisation's entries where each group has none or
    more than `threshold`; the entries of regions and types to the nearest `rounding`. `protected`: a count above 0 and
    up to `threshold` is replaced, any other is rounded to the nearest `rounding`, halves up, and no replaced count can
    be worked out.
    """

    policy: Annotated[Policy, Field(description=describe_choices(Policy))]
    threshold: _Count = 7
    rounding: _Count = 5

    @model_validator(mode="after")
    def _check_numbers(self) -> "DisclosurePolicy":
        for name in ("threshold", "rounding"):
            if (name in self.model_fields_set) is (self.policy == "open"):
                lack = "must not have" if self.policy == "open" else "has no"
                raise ValueError(f"{lack} disclosure.{name} with the policy {self.policy}")
        if self.rounding > 2 * (self.threshold + 1):
            raise ValueError("must have a disclosure.rounding that turns no count above the threshold into 0")
        return self

    @property
    def protects(self) -> bool:
        """Return whether it promises that no suppressed count can be worked out."""
        return self.policy == "protected"

    @property
    def shows_ratios(self) -> bool:
        """Return whether it shows every ratio and range, but counts behind them only where they are large enough."""
        return self.policy == "ratios"


class PublicationFacts(YearTable):
    """The facts of the year's release beside its figures: whom to ask, how the figures stand, when the next come."""

    team: Annotated[str, Field(pattern=r"\S", description="the name of a team")]
    mailbox: Annotated[
        str, Field(pattern=r"^[^\s@<>\"']{1,64}@[A-Za-z0-9.-]{3,250}$", description="an e-mail address of a mailbox")
    ]
    status: Annotated[str, Field(pattern=r"\S", description="a sentence")]
    next_release: Annotated[date | None, Field(description="a date")] = None  # None: to be announced
