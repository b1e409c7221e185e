"""(a) Great Expectations one file at a time, as its tutorials have it: a frame, a suite, a validation, for each file.

Two suites a file: the cells, and the figures of a group side by side, made from cells without a finding of their own.
"""

import os
from pathlib import Path
from typing import Any

import pandas as pd
from frames import cells_of, groups_of, whole_items

os.environ["GX_ANALYTICS_ENABLED"] = "false"
import great_expectations as gx
import great_expectations.expectations as gxe


class Contender:
    """The context and both suites are made once."""

    codes = ("V201", "V202", "V203", "V204", "V209", "S109", "S110", "V205", "V206", "V207")

    def __init__(self, rules: dict[str, Any]) -> None:
        self._rules = rules
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        source = context.data_sources.add_pandas("returns")
        self._batches = source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("all")
        self._cells = gx.ExpectationSuite(name="cells", expectations=_cells(rules))
        self._groups = gx.ExpectationSuite(name="groups", expectations=_groups(rules))

    def check(self, paths: list[str]) -> list[list[str]]:
        return [[path.stem, *finding] for path in map(Path, paths) for finding in self._check_file(path)]

    def _check_file(self, path: Path) -> list[list[str]]:
        rules = self._rules
        cells = cells_of(pd.read_csv(path, dtype=str, keep_default_na=False), rules)
        failing = self._failing(self._cells, cells)
        findings = [[code, *cells.loc[row, ["item", "ethnic_group"]]] for code, row in failing]
        wrong = {row for _, row in failing}
        groups = groups_of(cells.drop(index=list(wrong)), rules)
        between = self._failing(self._groups, groups)
        at = {"V205": rules["entered"], "V206": rules["total"], "V207": rules["part"]}
        findings += [[code, at[code], groups.loc[row, "ethnic_group"]] for code, row in between]
        return whole_items(findings, rules)

    def _failing(self, suite: gx.ExpectationSuite, frame: pd.DataFrame) -> list[tuple[str, int]]:
        batch = self._batches.get_batch(batch_parameters={"dataframe": frame})
        outcome = batch.validate(
            suite, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]}
        )
        failing = set()
        for result in outcome.results:
            for index in result.result.get("unexpected_index_list") or []:
                rows = index["row"] if isinstance(index["row"], list) else [index["row"]]
                failing |= {(result.expectation_config.meta["edit"], int(row)) for row in rows}
        return sorted(failing)


def _cells(rules: dict[str, Any]) -> list[Any]:
    return [
        gxe.ExpectColumnValuesToNotBeNull(column="given", meta={"edit": "S110"}),
        gxe.ExpectColumnValuesToBeInSet(column="item", value_set=rules["items"], meta={"edit": "S109"}),
        gxe.ExpectColumnValuesToNotBeNull(column="text", meta={"edit": "V201"}),
        gxe.ExpectColumnValuesToNotBeNull(column="readable", meta={"edit": "V202"}),
        gxe.ExpectColumnValuesToBeBetween(column="number", min_value=0, meta={"edit": "V203"}),
        gxe.ExpectColumnValuesToBeInSet(column="remainder", value_set=[0], meta={"edit": "V204"}),
        gxe.ExpectColumnValuesToBeBetween(column="number", max_value=rules["limit"], meta={"edit": "V209"}),
    ]


def _groups(rules: dict[str, Any]) -> list[Any]:
    at_least = gxe.ExpectColumnPairValuesAToBeGreaterThanB
    either = {"or_equal": True, "ignore_row_if": "either_value_is_missing"}
    return [
        at_least(column_A="staff", column_B=rules["entered"], **either, meta={"edit": "V205"}),
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A=rules["total"],
            column_B="staff",
            ignore_row_if="either_value_is_missing",
            meta={"edit": "V206"},
        ),
        at_least(column_A=rules["whole"], column_B=rules["part"], **either, meta={"edit": "V207"}),
    ]
