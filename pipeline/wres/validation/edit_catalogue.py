"""Load the edit catalogue and the Great Expectations suites; both must name the same edits."""

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from wres.errors import WresError
from wres.returns.findings import Severity
from wres.settings import package_data
from wres.validation.gx_adapter import EditExecutionError, tested_columns

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# The classes of edits in the order of the catalogue: how their codes begin, and the stage at which they run.
_STAGES = {"S1": "structure", "V2": "values", "Q3": "quality", "M4": "national", "R5": "release"}
_CODE = re.compile(rf"({'|'.join(_STAGES)})\d\d")
RETURN_STAGES = ("structure", "values", "quality")
SIGN_OFF = "Q309"  # not explained but made good


def _check_text(text: str) -> str:
    """Refuse a text that is blank or has a place without a plain name."""
    if not text.strip():
        raise ValueError("a text that is blank or no text")
    try:
        places = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise ValueError(f"a text with a stray brace: {error}") from None
    if not all(place.isidentifier() for place in places):
        raise ValueError(f"a place without a plain name in: {text}")
    return text


Text = Annotated[str, AfterValidator(_check_text)]


class Edit(BaseModel):
    """One edit. Its texts are templates of `str.format`; see edits.toml for what each field is."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    code: str
    title: Text
    stage: str
    severity: Severity
    meaning: Text
    message: Text
    how_to_fix: Text
    variants: dict[str, Text] = Field(default_factory=dict)
    expected: Text | None = None
    difference: Text | None = None
    withdrawn: Text | None = None

    @model_validator(mode="after")
    def _stage_is_that_of_the_code(self) -> Self:
        """Refuse a stage that is not that of the code."""
        if self.stage != _STAGES[self.code[:2]]:
            raise ValueError(f"the stage {self.stage}, which is not that of its code")
        return self

    def message_for(self, case: str | None = None, /, **facts: object) -> str:
        """Fill in the places of the message; `case` names a variant.

        Raises:
            KeyError: no such variant, or a fact that the message needs is not given.
        """
        return (self.variants[case] if case else self.message).format_map(facts)

    def how_to_fix_for(self, case: str | None = None, /, **facts: object) -> str:
        """Fill in the places of the remedy; that of the variant, where it has one of its own.

        Raises:
            KeyError: a fact that the remedy needs is not given.
        """
        return self.variants.get(f"{case}_how_to_fix", self.how_to_fix).format_map(facts)

    def expected_for(self, case: str | None, facts: Mapping[str, object]) -> tuple[str | None, str | None]:
        """Say what was expected and how far the return is from it; None where the catalogue has no such text.

        Raises:
            KeyError: a fact that one of the two needs is not given.
        """
        texts = (
            self.variants.get(f"{case}_{name}", default)
            for name, default in (("expected", self.expected), ("difference", self.difference))
        )
        expected, difference = (text and text.format_map(facts) for text in texts)
        return expected, difference


@cache
def load_catalogue() -> dict[str, Edit]:
    """Load all edits by code, in the order of the codes.

    Raises:
        WresError: the catalogue is incomplete or malformed; the text says where.
    """
    return read_catalogue(package_data("expectations") / "edits.toml")


def read_catalogue(path: Path) -> dict[str, Edit]:
    """Read and check the catalogue in a file; see `load_catalogue`."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise WresError(f"The edit catalogue {path.name} cannot be read ({error}): correct it.") from None
    for code in raw:
        if not _CODE.fullmatch(code):
            raise WresError(f"The edit catalogue {path.name} has the code {code}: give one such as S101, V201 or Q321.")
    ranks = [(list(_STAGES).index(code[:2]), code) for code in raw]
    if disordered := [after[1] for before, after in pairwise(ranks) if after < before]:
        raise WresError(f"The edit catalogue {path.name} must hold the codes in order: move {', '.join(disordered)}.")
    return {code: _edit(code, entry) for code, entry in raw.items()}


def _edit(code: str, entry: dict[str, Any]) -> Edit:
    """Check one entry of the catalogue."""
    try:
        return Edit.model_validate({"code": code, **entry})
    except ValidationError as error:
        problem = _problem(error.errors()[0])
        raise WresError(f"Edit {code} of the catalogue has {problem}. Correct it.") from None


def _problem(error: "ErrorDetails") -> str:
    """Say what is wrong, as the end of a sentence about the edit."""
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return f"no {key}"
    if error["type"] == "extra_forbidden":
        return f"the unknown key {key}"
    if error["type"] == "string_type":
        return f"a text that is blank or no text: {key}"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"]) + (f" ({key})" if key else "")
    return f"another {key} than {error['ctx'].get('expected', 'one of its kind')}"


# The suites, each with the frame that the code builds for it.
SUITES = {
    "structure_returns": "returns",
    "structure_statements": "statements",
    "structure_cells": "cells",
    "values_figures": "figures",
    "values_groups": "groups",
    "quality_measures": "measures",
    "quality_cells": "compared_cells",
    "quality_closing": "closing",
    "national": "nation",
    "release": "tables",
}
# The keys of an expectation's `meta`; CONTRIBUTING.md says what each is for.
_META = {
    *("edit", "case", "case_of_half_steps", "case_of_unknown", "case_of_not_expected"),
    *("case_where_stated", "case_where_not_stated", "case_in_csv", "case_of_formula", "case_of_crossed_out"),
    *("case_of_date", "case_of_error", "case_where_left_out"),
    *("item", "needs", "together", "about"),
}
# The R edits that no suite can hold, for each is an algorithm over several tables or editions (decision 37).
_IN_CODE = ("R501", "R502", "R503", "R504", "R505")


@cache
def load_suites() -> dict[str, dict[str, Any]]:
    """Load the suites by the name of their frame.

    Raises:
        EditExecutionError: an edit is in no suite and is not one of those that are code, is in a suite of another
            stage, or is not in the catalogue.
    """
    return read_suites(package_data("expectations"))


def read_suites(folder: Path) -> dict[str, dict[str, Any]]:
    """Read and check the suites in a folder; see `load_suites`."""
    suites = {frame: json.loads((folder / f"{name}.json").read_text("utf-8")) for name, frame in SUITES.items()}
    catalogue = load_catalogue()
    in_use = [edit for edit in catalogue.values() if not edit.withdrawn]
    stages = {edit.code: edit.stage for edit in in_use if edit.code not in _IN_CODE}
    covered = set()
    for frame, suite in suites.items():
        if suite["meta"]["frame"] != frame:
            raise EditExecutionError(f"suite {suite['name']} is for the frame {suite['meta']['frame']}, not {frame}")
        for expectation in suite["expectations"]:
            code = expectation["meta"]["edit"]
            if stages.get(code) != suite["meta"]["stage"]:
                raise EditExecutionError(f"suite {suite['name']} holds {code}, which is not an edit of its stage")
            _check_meta(suite["name"], expectation["meta"], catalogue[code])
            covered.add(code)
    if missing := sorted(stages.keys() - covered):
        raise EditExecutionError(f"no suite holds {', '.join(missing)}")
    return suites


def _check_meta(suite: str, meta: Mapping[str, str], edit: Edit) -> None:
    """Raise an EditExecutionError where the keys of an expectation's `meta` are unknown, or name no variant."""
    if unknown := sorted(meta.keys() - _META):
        raise EditExecutionError(f"suite {suite} has the unknown key {unknown[0]} in the meta of {edit.code}")
    for key, case in meta.items():
        if key.startswith("case") and case not in edit.variants:
            raise EditExecutionError(f"suite {suite} names the case {case}, which {edit.code} does not have")


def edits_over(frame: str, *columns: str) -> list[str]:
    """Return the edits of a suite, or those of them that test one of these columns."""
    return [
        expectation["meta"]["edit"]
        for expectation in load_suites()[frame]["expectations"]
        if not columns or set(columns) & set(tested_columns(expectation["kwargs"]))
    ]


def edits_that_need(frame: str, need: str) -> list[str]:
    """Return the edits of a suite whose `meta` says that they need more than their columns: `contents` or `figures`."""
    expectations = load_suites()[frame]["expectations"]
    return [expectation["meta"]["edit"] for expectation in expectations if expectation["meta"].get("needs") == need]
