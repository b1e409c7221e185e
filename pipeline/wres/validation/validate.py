"""Which edits could not run on a return, and why: "did not run" is never "passed"."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.validation.batch import Batch, Submission
from pipeline.validation.catalogue import RETURN_STAGES, load_catalogue
from pipeline.validation.closing import states_a_rate
from pipeline.validation.now_and_before import Counts
from pipeline.validation.quality import NO_FIGURES

# The edits that need no more than the envelope of a file, or are the reader's own first questions.
_ENVELOPE = ("S101", "S102", "S105", "S111", "S112")
# After one of these the figures may be another organisation's or another year's, and comparing them says nothing.
DOUBT = ("S103", "S106", "S107")
_NO_CLOSE = "it is a question of when a return is received"
_NO_SENDER = "the return does not say whose it is"
_NO_FIGURE_READ = "no figure could be read"
_DOUBT = "the figures may not be this organisation's, this template's or this year's ({code})"


def return_edits() -> list[str]:
    """The codes of all edits that a return meets, in order."""
    return [edit.code for edit in load_catalogue().values() if edit.stage in RETURN_STAGES]


def before_values(batch: Batch, one: Submission) -> dict[str, str]:
    """The edits that cannot run because of what the file is, or of what is not known here."""
    reasons = {} if batch.hard_close else {"S111": _NO_CLOSE}
    if not one.sender:
        reasons["S105"] = _NO_SENDER
    if fault := one.unreadable():
        reason = f"nothing in the file can be judged ({fault})"
        own = {found.code for found in one.read.faults}
        ran = {*_ENVELOPE, *own} | ({"S113"} if fault == "S104" else set())
        reasons |= {code: reason for code in return_edits() if code not in ran}
    return reasons


def of_values(figures: pd.DataFrame, groups: pd.DataFrame, returns: int) -> list[dict[str, str]]:
    """The values edits that had nothing to test, return by return.

    Args:
        figures: the frame of figures.
        groups: the frame of groups, three rows a return.
        returns: how many returns there are.
    """
    with_figures = set(figures["submission"])
    reasons: list[dict[str, str]] = []
    tested = _tested(groups, returns)
    total_given = set(figures["submission"][~figures["required"]])
    for number in range(returns):
        if number not in with_figures:
            reasons.append({code: _NO_FIGURE_READ for code in return_edits() if code.startswith("V")})
            continue
        untested = {code for code, ran in tested.items() if not ran[number]}
        if number not in total_given:
            untested.discard("V206")  # no total is stated, and none need be
        reasons.append(dict.fromkeys(sorted(untested), NO_FIGURES))
    return reasons


def _tested(groups: pd.DataFrame, returns: int) -> dict[str, Any]:
    """Which of the edits that compare figures had any to compare (bool arrays over returns)."""
    both = {
        "V205": ("staff", "disciplinary.entered"),
        "V206": ("staff", "workforce.total"),
        "V207": ("workforce.medical.consultants", "workforce.medical.senior_medical_managers"),
        "V208": ("staff_of_all_groups",),
    }
    there = {code: groups[list(names)].notna().all(axis=1).to_numpy() for code, names in both.items()}
    return {code: np.reshape(rows, (returns, -1)).any(axis=1) for code, rows in there.items()}


def of_closing(one: Submission, now: Counts) -> dict[str, str]:
    """Q308 where the return states a rate that its figures cannot confirm."""
    return {"Q308": NO_FIGURES} if states_a_rate(one) and not now.known() else {}


def of_quality(found: Sequence[str] | set[str]) -> dict[str, str]:
    """The quality edits that make no sense of figures that may be somebody else's."""
    code = next((code for code in DOUBT if code in found), None)
    if code is None:
        return {}
    return {
        edit: _DOUBT.format(code=code)
        for edit in return_edits()
        if edit.startswith("Q") and edit not in ("Q309", "Q310")
    }
