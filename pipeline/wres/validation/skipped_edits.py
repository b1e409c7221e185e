"""Say which edits could not run on a return, and why: an edit that did not run has not passed."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from wres.returns.template_spec import Template
from wres.validation.batch import Batch, Submission
from wres.validation.edit_catalogue import RETURN_STAGES, edits_over, edits_that_need, load_catalogue, load_suites
from wres.validation.figure_frames import item_codes
from wres.validation.gx_adapter import tested_columns
from wres.validation.quality import NO_FIGURES, QualityFrames
from wres.validation.sign_off import states_a_rate
from wres.validation.year_on_year import WindowCounts

# After one of these the figures may be another organisation's or another year's, and comparing them says nothing.
DOUBT = ("S103", "S106", "S107")
_NO_CLOSE = "it is a question of when a return is received"
_NO_SENDER = "the return does not say whose it is"
_NO_FIGURE_READ = "no figure could be read"
_DOUBT = "the figures may not be this organisation's, this template's or this year's ({code})"


def return_edits(*stages: str) -> list[str]:
    """Return the codes of the edits that a return meets in these stages, or in all, in order."""
    wanted = stages or RETURN_STAGES
    return [edit.code for edit in load_catalogue().values() if edit.stage in wanted and not edit.withdrawn]


def skipped_before_values(batch: Batch, submission: Submission) -> dict[str, str]:
    """Return the edits that cannot run because of what the file is or of what is not known, with the reason."""
    reasons = {} if batch.hard_close else dict.fromkeys(edits_over("returns", "hard_close"), _NO_CLOSE)
    if not submission.sender:
        reasons |= dict.fromkeys(edits_over("returns", "sender_status"), _NO_SENDER)
    if fault := submission.unreadable():
        reason = f"nothing in the file can be judged ({fault})"
        faults = {error.code for error in submission.read.faults}
        envelope = set(edits_over("returns")) - set(edits_that_need("returns", "contents"))
        ran = envelope | faults | ({"S113"} if fault == "S104" else set())
        reasons |= {code: reason for code in return_edits() if code not in ran}
    return reasons


def skipped_values(
    figures: pd.DataFrame, groups: pd.DataFrame, returns: int, template: Template
) -> list[dict[str, str]]:
    """Return the values edits that had nothing to test, return by return.

    Args:
        figures: the frame of figures.
        groups: the frame of groups, a row for each group of each return.
        returns: how many returns there are.
        template: says which items a return must give.
    """
    with_figures = set(figures["submission"])
    reasons: list[dict[str, str]] = []
    tested = _tested(groups, figures, returns, template)
    for number in range(returns):
        if number not in with_figures:
            reasons.append(dict.fromkeys(return_edits("values"), _NO_FIGURE_READ))
            continue
        untested = {code for code, ran in tested.items() if not ran[number]}
        reasons.append(dict.fromkeys(sorted(untested), NO_FIGURES))
    return reasons


def _tested(groups: pd.DataFrame, figures: pd.DataFrame, returns: int, template: Template) -> dict[str, np.ndarray]:
    """Return which returns each edit that compares figures was tested on (bool arrays).

    An edit of an item that a return need not give is tested by a return that does not give it: there is no fault.
    """
    items = {item.code: number for number, item in enumerate(template.items)}
    required = {item.code for item in template.items if item.required}
    given = np.zeros((returns, len(items)), dtype=bool)
    given[figures["submission"], figures["template_cell"].astype(int) // len(template.ethnic_groups)] = True
    tested: dict[str, np.ndarray] = {}
    for expectation in load_suites()["groups"]["expectations"]:
        columns = tested_columns(expectation["kwargs"])
        ran = groups[columns].notna().all(axis=1).to_numpy().reshape(returns, -1).any(axis=1)
        for item in set(columns) & set(item_codes()) - required:
            ran |= ~given[:, items[item]] if item in items else True
        code = expectation["meta"]["edit"]
        tested[code] = ran | tested.get(code, np.zeros(returns, dtype=bool))
    return tested


def skipped_sign_off(submission: Submission, template: Template, now: WindowCounts) -> dict[str, str]:
    """Return the edits of stated rates where the return states one that its figures cannot confirm."""
    if not states_a_rate(submission, template) or now.known():
        return {}
    return dict.fromkeys(edits_that_need("closing", "figures"), NO_FIGURES)


def skipped_quality(codes: Collection[str]) -> dict[str, str]:
    """Return the quality edits that make no sense of figures that may be somebody else's."""
    code = next((code for code in DOUBT if code in codes), None)
    if code is None:
        return {}
    compared = [*edits_over("measures"), *edits_over("compared_cells")]
    return dict.fromkeys([*compared, *edits_that_need("closing", "figures")], _DOUBT.format(code=code))


def skipped_measures(measures: QualityFrames, number: int) -> dict[str, str]:
    """Return the quality edits that had nothing to test in a return, and the first reason."""
    reasons: dict[str, list[str | None]] = {}
    for frame in ("measures", "compared_cells"):
        for expectation in load_suites()[frame]["expectations"]:
            reason = measures.reason(number, tested_columns(expectation["kwargs"]))
            reasons.setdefault(expectation["meta"]["edit"], []).append(reason)
    return {code: why[0] for code, why in reasons.items() if why[0] and all(why)}
