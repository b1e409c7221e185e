"""Fuzz the report to a sender with any findings, cells, explanations, repairs, file and organisation names."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzzing import invariants, seeds
from tests.fuzzing.texts import HOSTILE, Texts
from wres.feedback.receipt_facts import ReceiptFacts
from wres.feedback.report import with_report, write_reports
from wres.returns.findings import Finding, ValidationResult
from wres.returns.parsed_return import Cell, CellRef, CellTable, Normalisation, ParsedReturn, Text
from wres.returns.template_spec import newest_template
from wres.validation.edit_catalogue import load_catalogue

ETHNIC_GROUPS = newest_template().ethnic_groups

WORDS = [text.encode() for text in HOSTILE]
_EDITS = [edit for edit in load_catalogue().values() if edit.severity in ("reject", "query", "note")]
_HEADINGS = {
    name: CellRef("Return", f"{column}9") for name, column in zip(("item", *ETHNIC_GROUPS), "ACDE", strict=True)
}


def make_seeds() -> dict[str, bytes]:
    """Make texts to begin with."""
    return {str(number): text.encode() * 6 for number, text in enumerate(HOSTILE)}


def check_input(data: bytes) -> None:
    """Write all files of a report, as they come back from a store that keeps JSON; none holds formula or script."""
    draw = Texts(data)
    findings = [_finding(draw) for _ in range(draw.number(4))]
    figures = {cell: Decimal(draw.number(10**9)) for cell in seeds.TEMPLATE.cells()[: draw.number(200)]}
    result = ValidationResult(
        "r",
        "rejected",
        seeds.TEMPLATE.version,
        seeds.YEAR.rule_set,
        findings=findings,
        edits_run=["S101"],
        edits_not_run={"Q305": draw.text()},
        figures=figures,
        repairs=[Normalisation(draw.text(), _place(draw))],
    )
    document = with_report(result, _facts(draw, findings), _read(draw), seeds.YEAR, seeds.TEMPLATE).report
    with TemporaryDirectory() as folder:
        write_reports(Path(folder) / "answer", json.loads(json.dumps(document)))
        invariants.check_reports((path.name, path.read_bytes()) for path in (Path(folder) / "answer").iterdir())


def _place(draw: Texts) -> CellRef:
    cell = f"{'ABCDEFXZ'[draw.number(7)]}{draw.number(40)}" if draw.number(3) else draw.text()
    return CellRef("Return" if draw.number(3) else draw.text(), cell)


def _finding(draw: Texts) -> Finding:
    edit = _EDITS[draw.number(len(_EDITS) - 1)]
    place = _place(draw)
    return Finding(
        edit.code,
        edit.severity,
        draw.text(),
        draw.text(),
        place.sheet,
        place.cell,
        draw.text(),
        draw.text(),
        draw.text(),
    )


def _read(draw: Texts) -> ParsedReturn:
    cells = CellTable(
        Cell(draw.text(), ETHNIC_GROUPS[draw.number(2)], draw.text(), None, _place(draw)) for _ in range(draw.number(6))
    )
    texts = [Text(("organisation_code", "explanation.Q301", draw.text())[draw.number(2)], draw.text(), _place(draw))]
    return ParsedReturn(cells, texts, headings=_HEADINGS)


def _facts(draw: Texts, findings: list[Finding]) -> ReceiptFacts:
    receipt = seeds.make_receipt("2022-RXY-1", datetime(2022, 7, 1, tzinfo=UTC), draw.text(), simulated=draw.rarely())
    return ReceiptFacts(
        receipt,
        draw.text(),
        same_as=draw.text(),
        explanations={(finding.code, finding.message): (draw.text(), None) for finding in findings},
    )
