"""Build findings: fill the catalogue's messages with labels, places and values, and keep them in order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from wres.returns.findings import Finding
from wres.returns.parsed_return import Cell, CellRef
from wres.returns.text import format_number
from wres.validation.batch import Batch
from wres.validation.edit_catalogue import load_catalogue
from wres.validation.gx_adapter import FailedExpectation
from wres.validation.wording import (
    format_columns,
    format_figure,
    format_limit,
    format_location,
    truncate,
)

NOWHERE = CellRef()
_LONGEST_VALUE = 200
_MOST_OF_A_CODE = 1000
_LONGEST_IN_A_SENTENCE = 60


def stated(value: str = "", place: CellRef = NOWHERE) -> Cell:
    """Return what a finding is about that is no figure: a text of the return, or by default the return as a whole."""
    return Cell("", "", value, None, place)


@dataclass(slots=True)
class FindingBuilder:
    """Builds the findings of a batch and collects them, for each return by code and rank."""

    batch: Batch
    _findings: list[dict[tuple[str, int], list[Finding]]] = field(init=False)
    _labels: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._findings = [defaultdict(list) for _ in self.batch.submissions]
        self._labels = {item.code: item.label for item in self.batch.template.items}

    def add(
        self,
        submission: int,
        code: str,
        rank: int,
        about: Cell,
        facts: Mapping[str, object] = {},
        case: str | None = None,
    ) -> None:
        """Build one finding of one return.

        Args:
            submission: the position of the return in the batch.
            code: the edit.
            rank: orders the finding among those of the same code.
            about: the cell of the return that is to be put right; its blank fields are left out of the finding.
            facts: fill the message, beside the fields of the cell.
            case: the variant of the message.
        """
        edit = load_catalogue()[code]
        known = {
            **self._common(submission),
            "at": format_location(about.place),
            "item": self.item_label(about.item),
            "group": self.batch.template.group_labels.get(
                about.ethnic_group, truncate(about.ethnic_group, _LONGEST_IN_A_SENTENCE)
            ),
            "value": truncate(about.raw, _LONGEST_IN_A_SENTENCE),
            "figure": truncate(format_figure(about), _LONGEST_IN_A_SENTENCE),
            **facts,
        }
        expected, difference = edit.expected_for(case, known)
        finding = Finding(
            code=code,
            severity=edit.severity,
            message=edit.message_for(case, **known),
            how_to_fix=edit.how_to_fix_for(case, **known),
            sheet=about.place.sheet,
            cell=about.place.cell,
            item=truncate(about.item, _LONGEST_VALUE) or None,
            ethnic_group=truncate(about.ethnic_group, _LONGEST_VALUE) or None,
            value=truncate(about.raw, _LONGEST_VALUE) or None,
            expected=expected,
            difference=difference,
        )
        self._findings[submission][code, rank].append(finding)

    def row_facts(self, failure: FailedExpectation, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what every message may state of a failing row: its columns, the limit, how many rows it stands for."""
        limit, rows = format_limit(failure.kwargs, self.batch.year.thresholds), failure.rows_by_finding[values["row"]]
        return format_columns(values) | {"limit": limit, "rows": format_number(len(rows))}

    def codes(self, submission: int) -> set[str]:
        """Return the codes of the findings of one return so far."""
        return {code for code, _ in self._findings[submission]}

    def findings(self, submission: int) -> list[Finding]:
        """Return the findings of one return in the order of the catalogue, at most a thousand of a code."""
        position = {code: number for number, code in enumerate(load_catalogue())}
        ranked = sorted(self._findings[submission].items(), key=lambda entry: (position[entry[0][0]], entry[0][1]))
        listed: list[Finding] = []
        for _, same_code in groupby(ranked, key=lambda entry: entry[0][0]):
            same = [finding for _, findings in same_code for finding in findings]
            listed.extend(same[:_MOST_OF_A_CODE])
            if more := len(same[_MOST_OF_A_CODE:]):
                listed[-1] = replace(listed[-1], message=f"{listed[-1].message} There are {more:,} more like this.")
        return listed

    def item_label(self, code: str | None) -> str:
        """Return the label of an item, or the code itself where the template does not have it."""
        return self._labels.get(code or "", truncate(code or "", _LONGEST_IN_A_SENTENCE))

    def _common(self, submission: int) -> dict[str, object]:
        """Return the facts that every message may state."""
        year = self.batch.year
        return {
            "year": year.year,
            "sender": (sender := self.batch.submissions[submission].sender),
            "template_command": f"wres template {year.year} {sender or 'ORG'}",
            "snapshot": f"{year.snapshot:%-d %B %Y}",
            "template": self.batch.template.version,
            "groups": _join_names(self.batch.template.ethnic_groups),
        }


def _join_names(names: Sequence[str]) -> str:
    """Write names as a list in a sentence: white, bme and unknown."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
