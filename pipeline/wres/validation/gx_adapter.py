"""The adapter to Great Expectations: run one suite over one frame; failures come back as row numbers.

The library is used as it comes. It is imported inside the functions, because that takes seconds.

An expectation that raises, is missing from the results or fails without naming its rows is a fault of the pipeline and
stops everything (`EditExecutionError`). It is never a pass and never a finding against a sender.
"""

import importlib
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from wres.interrupts import require_not_interrupted

if TYPE_CHECKING:
    import pandas as pd

# The warnings that the library raises itself, which its users can do nothing about.
_KNOWN_WARNINGS = (
    (DeprecationWarning, r"module 'sre_(constants|parse)' is deprecated"),  # imported for file names
    (FutureWarning, r"PySpark does not yet fully support pandas"),  # imported where it is installed
)
_ONE_RUN_AT_A_TIME = Lock()  # all threads share one data context
_COLUMN_ARGUMENTS = ("column", "column_A", "column_B", "column_list")
_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["row"],
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}


class EditExecutionError(RuntimeError):
    """An edit that should have run did not: a fault of the pipeline, to be reported and mended."""


@dataclass(frozen=True, slots=True)
class FailedExpectation:
    """The rows of a frame that fail one expectation; `meta` and `kwargs` are those of the suite's file.

    `rows_by_finding` maps the first row of each finding to all rows that it is about: the row alone, or with `together`
    in `meta` every failing row of the same return with the same value in that column.
    """

    meta: Mapping[str, str]
    rows: list[int]
    kwargs: Mapping[str, Any]
    rows_by_finding: Mapping[int, Sequence[int]]

    def columns(self) -> list[str]:
        """Return the columns that the expectation tests."""
        return tested_columns(self.kwargs)

    def values_by_finding(self, frame: "pd.DataFrame") -> dict[int, dict[str, Any]]:
        """Return the columns of the first row of each finding, by that row; `frame` is the one that was tested."""
        rows = frame[frame["row"].isin(list(self.rows_by_finding))].to_dict("records")
        return {int(values["row"]): {str(name): value for name, value in values.items()} for values in rows}

    def case(self, key: str | None = None) -> str | None:
        """Return the variant of the message that `meta` names under this key, or else under `case`."""
        return self.meta.get(key or "case", self.meta.get("case"))


def tested_columns(kwargs: Mapping[str, Any]) -> list[str]:
    """List the columns that an expectation with these `kwargs` tests."""
    columns: list[str] = []
    for name in _COLUMN_ARGUMENTS:
        argument = kwargs.get(name, [])
        columns += [argument] if isinstance(argument, str) else argument
    return columns


def run_suite(
    suite: Mapping[str, Any], frame: "pd.DataFrame", parameters: Mapping[str, float]
) -> list[FailedExpectation]:
    """Run one suite over one frame.

    Args:
        suite: a suite as its JSON file holds it; each expectation's `meta` names its edit.
        frame: has an int column `row` without repeats. It may be empty, and so may a column: expectations skip missing
            values, so one that would find nothing to test is not run (the gates say so of its edit).
        parameters: values for the suite's `$PARAMETER`s.

    Returns:
        The expectations that failed, in the order of the suite, with the `row`s that failed them, ascending.

    Raises:
        EditExecutionError: an expectation raised, gave no result or failed without saying where.
    """
    tested = {
        n: expectation
        for n, expectation in enumerate(suite["expectations"])
        if _has_something_to_test(expectation, frame)
    }
    if not tested:
        return []
    results = _results(suite["name"], tested, frame, parameters)
    failures = []
    for number, expectation in tested.items():
        meta = expectation["meta"]
        if number not in results:
            raise EditExecutionError(f"{meta['edit']} of {suite['name']} gave no result")
        if rows := _failing_rows(results[number], f"{meta['edit']} of {suite['name']}"):
            by_finding = _rows_by_finding(rows, frame, meta.get("together"))
            failures.append(FailedExpectation(meta, rows, expectation["kwargs"], by_finding))
    return failures


def _rows_by_finding(rows: list[int], frame: "pd.DataFrame", together: str | None) -> dict[int, list[int]]:
    """Return the rows of each finding by its first row; see `FailedExpectation`."""
    if together is None:
        return {row: [row] for row in rows}
    failing = frame[frame["row"].isin(rows)].astype(object)
    columns = [name for name in ("submission", together) if name in frame or name == together]
    grouped = failing.groupby(columns, sort=False, dropna=False)["row"]
    return {int(same.iloc[0]): [int(row) for row in same] for _, same in grouped}


def _has_something_to_test(expectation: Mapping[str, Any], frame: "pd.DataFrame") -> bool:
    """Return whether a frame has a value in each column that an expectation tests."""
    if frame.empty or expectation["type"] == "expect_column_values_to_not_be_null":
        return not frame.empty
    columns = tested_columns(expectation["kwargs"])
    return all(bool(frame[column].notna().any()) for column in columns if column in frame)


def _results(
    name: str, expectations: Mapping[int, Any], frame: "pd.DataFrame", parameters: Mapping[str, float]
) -> dict[int, Any]:
    """Return the result of each expectation by its number in the suite (results come back in another order).

    The library is given as little as it needs, for it copies every expectation often and hashes the whole frame twice:
    of `meta` the number alone, of the frame only columns that an expectation names.
    """
    numbered = [{**expectation, "meta": {"number": number}} for number, expectation in expectations.items()]
    named = repr([expectation["kwargs"] for expectation in numbered])
    frame = frame[[column for column in frame if column == "row" or str(column) in named]]
    suite = great_expectations().ExpectationSuite(name=name, expectations=numbered)
    with _ONE_RUN_AT_A_TIME:
        batch = _batch_definition().get_batch(batch_parameters={"dataframe": frame})
        outcome = batch.validate(suite, result_format=_RESULT_FORMAT, expectation_parameters=dict(parameters))
    return {result.expectation_config.meta["number"]: result for result in outcome.results}


def _failing_rows(result: Any, edit: str) -> list[int]:
    """Return the failing rows of one result, which holds them only if the expectation really ran."""
    info = result.exception_info or {}
    for metric in [info] if "raised_exception" in info else info.values():
        if metric["raised_exception"]:
            raise EditExecutionError(f"{edit} raised: {metric['exception_message']}")
    if "unexpected_index_list" not in result.result:
        raise EditExecutionError(f"{edit} did not say which rows it failed")
    rows = sorted({int(row) for part in result.result["unexpected_index_list"] or [] for row in part["row"]})
    if len(rows) != result.result["unexpected_count"] or bool(rows) == result.success:
        raise EditExecutionError(f"{edit} counted {result.result['unexpected_count']} rows and named {len(rows)}")
    return rows


@cache
def great_expectations() -> Any:
    """Import the library when it is first needed, without its analytics."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        for category, message in _KNOWN_WARNINGS:
            warnings.filterwarnings("ignore", message, category)
        library = importlib.import_module("great_expectations")
    require_not_interrupted()
    return library


@cache
def _batch_definition() -> Any:
    """Define a batch of one data frame, in a data context that lives in memory only."""
    context = great_expectations().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return (
        context.data_sources.add_pandas("returns")
        .add_dataframe_asset("frame")
        .add_batch_definition_whole_dataframe("all")
    )
