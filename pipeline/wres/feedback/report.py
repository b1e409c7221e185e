"""The answer to a sender: one document, and the files that say the same as JSON, CSV, a page and a workbook."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

from wres.feedback.receipt_facts import ReceiptFacts
from wres.feedback.report_page import page_context
from wres.reference.year_config import CollectionYear
from wres.returns.template_spec import Template
from wres.storage.atomic import atomic_directory
from wres.validation.finding_builder import same_time_words
from wres.validation.findings import ValidationResult

# The keys of report.json, in order. The document's one further key, `page`, is what only the page says.
REPORT_KEYS = (
    "receipt", "collection_year", "organisation_code", "received_at", "sha256", "status", "template_version",
    "rule_set", "edits_run", "repairs", "findings", "figures",
)  # fmt: skip
_FILES = ("report.json", "report.csv", "report.html", "report.xlsx")


def report_document(
    judgement: ValidationResult, facts: ReceiptFacts, year: CollectionYear, template: Template
) -> dict[str, Any]:
    """All that the report tells the sender, fit for JSON: the keys of report.json, and `page`, which report.html
    needs besides.

    `figures` maps item to ethnic group to number; times are ISO in UTC.
    """
    document: dict[str, Any] = {
        "receipt": facts.receipt,
        "collection_year": facts.collection_year,
        "organisation_code": facts.organisation_code,
        "received_at": facts.received_at.astimezone(UTC).isoformat(),
        "sha256": facts.sha256,
        "status": judgement.status,
        "template_version": facts.template_version,
        "rule_set": facts.rule_set,
        "edits_run": judgement.edits_run,
        "repairs": _repairs(facts),
        "findings": [asdict(finding) for finding in judgement.findings],
        "figures": _figures(judgement),
    }
    document["page"] = page_context(judgement, facts, year, template)
    return document


def _repairs(facts: ReceiptFacts) -> list[dict[str, str | None]]:
    """What was put right in reading, and the order of files that no time tells apart."""
    repairs: list[dict[str, str | None]] = [
        {"what": repair.what, "sheet": repair.place.sheet, "cell": repair.place.cell} for repair in facts.repairs
    ]
    if facts.same_time:
        repairs.append({"what": same_time_words(facts.same_time), "sheet": None, "cell": None})
    return repairs


def write_reports(folder: Path, document: Mapping[str, Any]) -> None:
    """Write report.json, report.csv, report.html and, where there are findings, report.xlsx; see `write_atomically`."""
    write_atomically(folder, report_files(document))


def report_files(document: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of an answer, by name."""
    from wres.feedback.report_files import csv_bytes, html_bytes, xlsx_bytes

    files = {
        "report.json": _json_bytes({key: document[key] for key in REPORT_KEYS}),
        "report.csv": csv_bytes(document),
        "report.html": html_bytes(document),
    }
    if document["findings"]:
        files["report.xlsx"] = xlsx_bytes(document)
    return files


def write_atomically(folder: Path, files: Mapping[str, bytes]) -> None:
    """A new folder appears complete or not at all; written again, each file is replaced by one with the same bytes."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with atomic_directory(folder.parent) as partial:
        for name, content in files.items():
            (partial / name).write_bytes(content)
        _put_in_place(partial, folder, files.keys())


def _json_bytes(report: Mapping[str, Any]) -> bytes:
    """A line a key, a line a finding. (Indenting all of it takes longer than writing the page.)"""
    written = {key: json.dumps(value, ensure_ascii=False) for key, value in report.items()}
    if report["findings"]:
        findings = ",\n".join(f"    {json.dumps(finding, ensure_ascii=False)}" for finding in report["findings"])
        written["findings"] = f"[\n{findings}\n  ]"
    lines = ",\n".join(f"  {json.dumps(key)}: {value}" for key, value in written.items())
    return f"{{\n{lines}\n}}\n".encode()


def _put_in_place(partial: Path, folder: Path, names: Collection[str]) -> None:
    """Make the complete folder the folder, or replace the files of one that is there already."""
    try:
        partial.rename(folder)  # also onto an empty folder
    except OSError:
        if not folder.is_dir():
            raise
        for name in names:
            (partial / name).replace(folder / name)
        for name in set(_FILES) - set(names):
            (folder / name).unlink(missing_ok=True)


def _figures(judgement: ValidationResult) -> dict[str, dict[str, int | float]]:
    figures: dict[str, dict[str, int | float]] = {}
    for (item, group), value in judgement.figures.items():
        figures.setdefault(item, {})[group] = _json_number(value)
    return figures


def _json_number(value: Decimal) -> int | float:
    """Whole numbers without a point; a half is exact as a float, and what is neither was rejected."""
    return int(value) if value == value.to_integral_value() and value.adjusted() < 15 else float(value)
