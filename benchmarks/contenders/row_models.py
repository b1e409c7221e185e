"""(d) pydantic, row by row: a model for a row of the file, one for the figures of an ethnic group side by side.

S110 comes from what a return is asked for and no row was given of, which no model of a row can say; a set does.
"""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

_RULES: dict[str, Any] = {}


class Cell(BaseModel):
    """A figure of a return."""

    item: str
    ethnic_group: str
    value: float

    @field_validator("item")
    @classmethod
    def _is_asked(cls, item: str) -> str:
        if item not in _RULES["items"]:
            raise PydanticCustomError("S109", "unknown item")
        return item

    @field_validator("value", mode="before")
    @classmethod
    def _is_number(cls, value: str) -> float:
        if value == "":
            raise PydanticCustomError("V201", "no value")
        try:
            return float(value)
        except ValueError:
            raise PydanticCustomError("V202", "no number") from None

    @field_validator("value")
    @classmethod
    def _is_count(cls, value: float) -> float:
        if value < 0:
            raise PydanticCustomError("V203", "negative")
        if value > _RULES["limit"]:
            raise PydanticCustomError("V209", "beyond any employer")
        if value % 1:
            raise PydanticCustomError("V204", "not whole")
        return value


class Group(BaseModel):
    """The figures of one ethnic group; None where one has a finding of its own."""

    staff: float | None
    stated: float | None
    entered: float | None
    part: float | None
    whole: float | None

    @model_validator(mode="after")
    def _agree(self) -> "Group":
        wrong = []
        if self.staff is not None:
            wrong += ["V205"] if self.entered is not None and self.entered > self.staff else []
            wrong += ["V206"] if self.stated is not None and self.stated != self.staff else []
        if self.part is not None and self.whole is not None and self.part > self.whole:
            wrong.append("V207")
        if wrong:
            raise PydanticCustomError("between", " ".join(wrong))  # type: ignore[arg-type]
        return self


class Contender:
    """Reads with the csv module."""

    codes = ("V201", "V202", "V203", "V204", "V209", "S109", "S110", "V205", "V206", "V207")

    def __init__(self, rules: dict[str, Any]) -> None:
        _RULES.update(rules, items=frozenset(rules["items"]))
        self._asked = [item for item in rules["items"] if item not in rules["optional"]]
        self._at = {"V205": rules["entered"], "V206": rules["total"], "V207": rules["part"]}

    def check(self, paths: list[str]) -> list[list[str]]:
        return [[path.stem, *finding] for path in map(Path, paths) for finding in self._check_file(path)]

    def _check_file(self, path: Path) -> list[list[str]]:
        findings: list[list[str]] = []
        given, figures = set(), {}
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                where = row["item"], row["ethnic_group"]
                if not where[1] or (where[0] in _RULES["optional"] and not row["value"]):
                    continue
                given.add(where)
                try:
                    figures[where] = Cell.model_validate(row).value
                except ValidationError as error:
                    codes = {error["type"] for error in error.errors()}
                    findings += [[code, *where] for code in ({"S109"} if "S109" in codes else codes)]
        findings += self._missing(given)
        for group in _RULES["groups"]:
            findings += self._between(figures, group)
        return findings

    def _missing(self, given: set[tuple[str, str]]) -> list[list[str]]:
        missing = [(item, group) for item in self._asked for group in _RULES["groups"] if (item, group) not in given]
        items = Counter(item for item, _ in missing)
        whole = [item for item, count in items.items() if count == len(_RULES["groups"])]
        return [["S110", *row] for row in missing if row[0] not in whole] + [["S110", item, ""] for item in whole]

    def _between(self, figures: dict[tuple[str, str], float], group: str) -> list[list[str]]:
        parts = [figures.get((item, group)) for item in _RULES["summands"]]
        staff = None if None in parts else sum(part for part in parts if part is not None)
        amounts = {name: figures.get((_RULES[name], group)) for name in ("entered", "part", "whole")}
        try:
            Group(staff=staff, stated=figures.get((_RULES["total"], group)), **amounts)
        except ValidationError as error:
            return [[code, self._at[code], group] for error in error.errors() for code in error["msg"].split()]
        return []
