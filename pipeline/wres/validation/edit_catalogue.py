"""Load the edit catalogue and the Great Expectations suites; both must name the same edits."""

import json
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, cast, get_args

from wres.errors import WresError
from wres.settings import package_data
from wres.validation.findings import Severity
from wres.validation.gx_adapter import EditExecutionError

# The codes of docs/method.md, class by class, and the stages at which an edit of the class may run.
_CODES = {"S": range(101, 114), "V": range(201, 210), "Q": range(301, 311), "M": range(401, 406), "R": range(501, 506)}
_STAGES = {"S": "structure", "V": "values", "Q": "quality", "M": "national", "R": "release"}
RETURN_STAGES = ("structure", "values", "quality")
SIGN_OFF = "Q309"  # not explained but made good


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit. `message` and `variants` are templates of `str.format`; see edits.toml for what each field is."""

    code: str
    title: str
    stage: str
    severity: Severity
    meaning: str
    message: str
    how_to_fix: str
    variants: dict[str, str]

    def message_for(self, case: str | None = None, /, **facts: object) -> str:
        """The message with its places filled in; `case` names a variant.

        Raises:
            KeyError: no such variant, or a fact that the message needs is not given.
        """
        return (self.variants[case] if case else self.message).format_map(facts)


@cache
def load_catalogue() -> dict[str, Edit]:
    """All edits by code, in the order of the codes.

    Raises:
        WresError: the catalogue is incomplete or malformed; the text says where.
    """
    return read_catalogue(package_data("expectations") / "edits.toml")


def read_catalogue(path: Path) -> dict[str, Edit]:
    """The catalogue in a file, checked; see `load_catalogue`."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise WresError(f"The edit catalogue {path.name} cannot be read ({error}): correct it.") from None
    codes = [f"{letter}{number}" for letter, numbers in _CODES.items() for number in numbers]
    if list(raw) != codes:
        astray = sorted(set(codes) ^ set(raw)) or "their order"
        raise WresError(f"The edit catalogue {path.name} must hold every code once, in order; look at {astray}.")
    return {code: _edit(code, entry) for code, entry in raw.items()}


def _edit(code: str, entry: dict[str, Any]) -> Edit:
    entry = {"variants": {}, **entry}
    expected = {field.name for field in fields(Edit)} - {"code"}
    if entry.keys() != expected:
        raise WresError(f"Edit {code} of the catalogue: look at {sorted(expected ^ entry.keys())}.")
    if entry["stage"] != _STAGES[code[0]] or entry["severity"] not in get_args(Severity):
        raise WresError(f"Edit {code} of the catalogue has a stage or a severity that its class does not have.")
    texts = [text for key, text in entry.items() if key != "variants"] + list(entry["variants"].values())
    for text in texts:
        _check_text(code, text)
    return Edit(code=code, **cast("Any", entry))


def _check_text(code: str, text: object) -> None:
    """A text is there, and its places have plain names."""
    if not isinstance(text, str) or not text.strip():
        raise WresError(f"Edit {code} of the catalogue has a text that is blank or no text.")
    try:
        places = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise WresError(f"Edit {code} of the catalogue has a text with a stray brace: {error}.") from None
    if not all(place.isidentifier() for place in places):
        raise WresError(f"Edit {code} of the catalogue has a place without a plain name in: {text}")


# The suites, each with the frame that the code builds for it.
SUITES = {
    "structure_returns": "returns",
    "structure_statements": "statements",
    "structure_cells": "cells",
    "values_figures": "figures",
    "values_groups": "groups",
    "quality_measures": "measures",
    "quality_closing": "closing",
    "national": "nation",
}
_SUITE_STAGES = (*RETURN_STAGES, "national")


@cache
def load_suites() -> dict[str, dict[str, Any]]:
    """The suites by the name of their frame.

    Raises:
        EditExecutionError: an edit of a return or of the nation is in no suite, is in one of another stage, or is not
            in the catalogue.
    """
    return read_suites(package_data("expectations"))


def read_suites(folder: Path) -> dict[str, dict[str, Any]]:
    """The suites in a folder, checked; see `load_suites`."""
    suites = {frame: json.loads((folder / f"{name}.json").read_text("utf-8")) for name, frame in SUITES.items()}
    catalogue = load_catalogue()
    stages = {edit.code: edit.stage for edit in catalogue.values() if edit.stage in _SUITE_STAGES}
    covered = set()
    for frame, suite in suites.items():
        if suite["meta"]["frame"] != frame:
            raise EditExecutionError(f"suite {suite['name']} is for the frame {suite['meta']['frame']}, not {frame}")
        for expectation in suite["expectations"]:
            code = expectation["meta"]["edit"]
            if stages.get(code) != suite["meta"]["stage"]:
                raise EditExecutionError(f"suite {suite['name']} holds {code}, which is not an edit of its stage")
            covered.add(code)
    if missing := sorted(stages.keys() - covered):
        raise EditExecutionError(f"no suite holds {', '.join(missing)}")
    return suites
