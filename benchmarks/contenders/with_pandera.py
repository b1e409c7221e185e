"""(e) pandera: a schema for the cells of a file and one for the figures of an ethnic group side by side.

What is given and what is asked are joined by pandas first, as for (a): a schema tests the rows that are there.
"""

from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
from frames import cells_of, groups_of, whole_items
from pandera.errors import SchemaErrors


class Contender:
    """Both schemas are made once; a file at a time."""

    codes = ("V201", "V202", "V203", "V204", "V209", "S109", "S110", "V205", "V206", "V207")

    def __init__(self, rules: dict[str, Any]) -> None:
        self._rules = rules
        self._cells = pa.DataFrameSchema(
            {
                "item": pa.Column(str, pa.Check.isin(rules["items"], error="S109")),
                "given": pa.Column(nullable=True, checks=_there("S110")),
                "text": pa.Column(nullable=True, checks=_there("V201")),
                "readable": pa.Column(nullable=True, checks=_there("V202")),
                "number": pa.Column(
                    float,
                    coerce=True,
                    nullable=True,
                    checks=[pa.Check.ge(0, error="V203"), pa.Check.le(rules["limit"], error="V209")],
                ),
                "remainder": pa.Column(float, coerce=True, nullable=True, checks=pa.Check.eq(0, error="V204")),
            }
        )
        pairs = (("V205", rules["entered"], "staff"), ("V207", rules["part"], rules["whole"]))
        self._groups = pa.DataFrameSchema(
            checks=[
                *(pa.Check(_at_most(low, high), name=code, ignore_na=False) for code, low, high in pairs),
                pa.Check(_equal(rules["total"], "staff"), name="V206", ignore_na=False),
            ]
        )

    def check(self, paths: list[str]) -> list[list[str]]:
        return [[path.stem, *finding] for path in map(Path, paths) for finding in self._check_file(path)]

    def _check_file(self, path: Path) -> list[list[str]]:
        rules = self._rules
        cells = cells_of(pd.read_csv(path, dtype=str, keep_default_na=False), rules)
        failing = _failing(self._cells, cells)
        findings = [[code, *cells.loc[row, ["item", "ethnic_group"]]] for code, row in failing]
        groups = groups_of(cells.drop(index=list({row for _, row in failing})), rules)
        at = {"V205": rules["entered"], "V206": rules["total"], "V207": rules["part"]}
        findings += [[code, at[code], groups.loc[row, "ethnic_group"]] for code, row in _failing(self._groups, groups)]
        return whole_items(findings, rules)


def _there(code: str) -> pa.Check:
    return pa.Check(lambda column: column.notna(), name=code, ignore_na=False)


def _at_most(low: str, high: str) -> Any:
    return lambda frame: (frame[low] <= frame[high]) | frame[low].isna() | frame[high].isna()


def _equal(text: str, other: str) -> Any:
    return lambda frame: (frame[text] == frame[other]) | frame[text].isna() | frame[other].isna()


def _failing(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> list[tuple[str, int]]:
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        return sorted({(str(code), int(row)) for code, row in zip(cases["check"], cases["index"], strict=True)})
    return []
