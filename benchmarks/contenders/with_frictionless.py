"""(c) frictionless: a schema with constraints for the cells, and row constraints for the figures side by side.

Its constraints know columns, not rows that belong together, so the second table is made from the first between two
validations. S110 and S109 are set against what is asked by a check of its own, which its interface foresees.
"""

import csv
from pathlib import Path
from typing import Any, ClassVar

from frictionless import Check, Checklist, Resource, Schema, errors, fields, validate

_WITHOUT = {"type-error": "V202"}
_CONSTRAINTS = {"required": "V201", "minimum": "V203", "maximum": "V209"}


class Contender:
    """A file at a time."""

    codes = ("V201", "V202", "V203", "V204", "V209", "S109", "S110", "V205", "V206", "V207")

    def __init__(self, rules: dict[str, Any]) -> None:
        self._rules = rules
        self._asked = {(item, group) for item in rules["items"] for group in rules["groups"]}
        self._required = {cell for cell in self._asked if cell[0] not in rules["optional"]}
        self._at = {"V205": rules["entered"], "V206": rules["total"], "V207": rules["part"]}
        number = fields.NumberField(name="value")
        number.constraints = {"required": True, "minimum": 0, "maximum": rules["limit"]}
        texts = [fields.StringField(name=name) for name in ("item", "ethnic_group")]
        self._schema = Schema(fields=[*texts, number])
        names = ("staff", "stated", "entered", "part", "whole")
        self._between = Schema(fields=[fields.NumberField(name=name) for name in names])

    def check(self, paths: list[str]) -> list[list[str]]:
        return [[path.stem, *finding] for path in map(Path, paths) for finding in self._check_file(path)]

    def _check_file(self, path: Path) -> list[list[str]]:
        with path.open(newline="") as file:
            sent = [
                [row["item"], row["ethnic_group"], row["value"]]
                for row in csv.DictReader(file)
                if row["ethnic_group"] and (row["value"] or row["item"] not in self._rules["optional"])
            ]
        given = {(item, group) for item, group, _ in sent}
        findings = self._missing(given) + [["S109", *cell] for cell in sorted(given - self._asked)]
        rows = [row for row in sent if (row[0], row[1]) in self._asked]
        wrong = self._cells(rows)
        findings += [[code, *cell] for code, cell in wrong]
        spoilt = {cell for _, cell in wrong}
        sound = {(item, group): float(value) for item, group, value in rows if (item, group) not in spoilt}
        return findings + self._groups(sound)

    def _cells(self, rows: list[list[str]]) -> list[tuple[str, tuple[str, str]]]:
        table = Resource(data=[["item", "ethnic_group", "value"], *rows], schema=self._schema)
        report = validate(table, checklist=Checklist(checks=[_Whole()]), limit_errors=1_000)
        findings = []
        for error in report.tasks[0].errors:
            code = _WITHOUT.get(error.type) or _code(error)
            row = rows[error.row_number - 2]
            findings.append((code, (row[0], row[1])))
        return findings

    def _missing(self, given: set[tuple[str, str]]) -> list[list[str]]:
        missing = sorted(self._required - given)
        items = [item for item, _ in missing]
        whole = {item for item in items if items.count(item) == len(self._rules["groups"])}
        return [["S110", *row] for row in missing if row[0] not in whole] + [["S110", item, ""] for item in whole]

    def _groups(self, sound: dict[tuple[str, str], float]) -> list[list[str]]:
        rules, rows = self._rules, []
        for group in rules["groups"]:
            parts = [sound.get((item, group)) for item in rules["summands"]]
            staff = None if None in parts else sum(part for part in parts if part is not None)
            amounts = [sound.get((rules[name], group)) for name in ("total", "entered", "part", "whole")]
            rows.append([staff, *amounts])
        table = Resource(data=[["staff", "stated", "entered", "part", "whole"], *rows], schema=self._between)
        report = validate(table, checklist=Checklist(checks=[_Agree()]))
        return [
            [code, self._at[code], rules["groups"][error.row_number - 2]]
            for error in report.tasks[0].errors
            for code in error.note.split()
        ]


def _code(error: Any) -> str:
    if error.type == "row-constraint":
        return "V204"
    return next(code for name, code in _CONSTRAINTS.items() if f'"{name}' in error.note)


class _Whole(Check):
    """V204: whole people."""

    type = "whole"
    Errors: ClassVar = [errors.RowConstraintError]

    def validate_row(self, row: Any) -> Any:
        if row["value"] is not None and row["value"] % 1:
            yield errors.RowConstraintError.from_row(row, note="not whole")


class _Agree(Check):
    """V205 to V207; its own row-constraint evaluates a text for each row and stops at an empty cell."""

    type = "agree"
    Errors: ClassVar = [errors.RowConstraintError]

    def validate_row(self, row: Any) -> Any:
        pairs = {"V205": ("entered", "staff"), "V207": ("part", "whole")}
        wrong = [code for code, (low, high) in pairs.items() if _both(row, low, high) and row[low] > row[high]]
        wrong += ["V206"] if _both(row, "stated", "staff") and row["stated"] != row["staff"] else []
        if wrong:
            yield errors.RowConstraintError.from_row(row, note=" ".join(sorted(wrong)))


def _both(row: Any, text: str, other: str) -> bool:
    return row[text] is not None and row[other] is not None
