"""What a year's official release shows of small numbers: the `[disclosure]` table of its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

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
