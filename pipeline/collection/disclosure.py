"""How figures below the nation are protected in a year's official release: the `[disclosure]` table of its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Rule = Literal["suppress_and_round", "none"]
_NUMBERS = ("threshold", "rounding")


@dataclass(frozen=True, slots=True)
class DisclosurePolicy:
    """What is done to a count of people below the nation.

    `suppress_and_round`: a count above 0 and up to `threshold` is replaced, any other is rounded to the nearest
    `rounding`, halves up. `none`: every count is published as it is, which is what the WRES publications do.
    """

    rule: Rule = "suppress_and_round"
    threshold: int = 7
    rounding: int = 5

    @property
    def protects(self) -> bool:
        """Whether anything is done at all."""
        return self.rule != "none"


def disclosure_policy(raw: Mapping[str, Any]) -> DisclosurePolicy:
    """The policy that a year's file states."""
    return DisclosurePolicy(rule=raw["rule"], **{name: raw[name] for name in _NUMBERS if name in raw})


def wrong_policy(raw: Mapping[str, Any]) -> str:
    """What is wrong with the table, as the end of a sentence about the file, or nothing."""
    if raw.get("rule") not in get_args(Rule):
        return f"must have a disclosure rule out of {', '.join(get_args(Rule))}"
    wanted = {"rule", *_NUMBERS} if raw["rule"] != "none" else {"rule"}
    if unknown := sorted(raw.keys() ^ wanted):
        return f"has an unknown or lacks the known disclosure key {unknown[0]}"
    if any(type(raw[name]) is not int or raw[name] < 1 for name in wanted - {"rule"}):
        return "must have whole numbers of 1 or more as the disclosure threshold and rounding"
    if wanted > {"rule"} and raw["rounding"] > 2 * (raw["threshold"] + 1):
        return "must have a disclosure rounding that turns no count above the threshold into 0"
    return ""
