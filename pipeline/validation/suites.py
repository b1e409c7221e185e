"""The suites of expectations, one a frame and stage, read from expectations/*.json and held against the catalogue."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.settings import shipped
from pipeline.validation.catalogue import RETURN_STAGES, load_catalogue
from pipeline.validation.engine import EditDidNotRun

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
_STAGES = (*RETURN_STAGES, "national")


@cache
def load_suites() -> dict[str, dict[str, Any]]:
    """The suites by the name of their frame.

    Raises:
        EditDidNotRun: an edit of a return or of the nation is in no suite, is in one of another stage, or is not in
            the catalogue.
    """
    return read_suites(shipped("expectations"))


def read_suites(folder: Path) -> dict[str, dict[str, Any]]:
    """The suites in a folder, checked; see `load_suites`."""
    suites = {frame: json.loads((folder / f"{name}.json").read_text("utf-8")) for name, frame in SUITES.items()}
    catalogue = load_catalogue()
    stages = {edit.code: edit.stage for edit in catalogue.values() if edit.stage in _STAGES}
    covered = set()
    for frame, suite in suites.items():
        if suite["meta"]["frame"] != frame:
            raise EditDidNotRun(f"suite {suite['name']} is for the frame {suite['meta']['frame']}, not {frame}")
        for expectation in suite["expectations"]:
            code = expectation["meta"]["edit"]
            if stages.get(code) != suite["meta"]["stage"]:
                raise EditDidNotRun(f"suite {suite['name']} holds {code}, which is not an edit of its stage")
            covered.add(code)
    if missing := sorted(stages.keys() - covered):
        raise EditDidNotRun(f"no suite holds {', '.join(missing)}")
    return suites
