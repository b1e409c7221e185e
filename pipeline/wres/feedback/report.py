"""Make the report to a sender: one document, and the files that say the same as JSON, CSV, a page and a workbook."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

from wres.feedback.receipt_facts import ReceiptFacts
from wres.feedback.report_page import page_context
from wres.reference.year_config import CollectionYear
from wres.returns.findings import ValidationResult
from wres.returns.parsed_return import Normalisation, ParsedReturn
from wres.returns.template_spec import Template
from wres.storage.atomic import atomic_directory

# The keys of report.json, in order. The document has one more, `page`.
REPORT_KEYS = (
    "receipt", "collection_year", "organisation_code", "received_at", "sha256", "status", "template_version",
    "rule_set", "edits_run", "repairs", "findings", "figures",
)  # fmt: skip
_FILES = ("report.json", "report.csv", "report.html", "report.xlsx")


def with_report(
    result: ValidationResult, facts: ReceiptFacts, read: ParsedReturn, year: CollectionYear, template: Template
) -> ValidationResult:
    """Return a result with its report, and with the order of files of the same time among its repairs.

    `read` is the return as it was sent, before optional items were filled in.
    """
    if facts.same_time:
        result = replace(result, repairs=[*result.repairs, Normalisation(facts.same_time_words())])
    return replace(result, report=_document(result, facts, read, year, template))


def _document(
    result: ValidationResult, facts: ReceiptFacts, read: ParsedReturn, year: CollectionYear, template: Template
) -> dict[str, Any]:
    """Return the report as JSON: the keys of report.json, and `page`, which report.html and report.xlsx need besides.

    `figures` maps item to ethnic group to number; times are ISO in UTC.
    """
    receipt = facts.receipt
    return {
        "receipt": result.receipt,
        "collection_year": receipt.collection_year,
        "organisation_code": receipt.organisation_code,
        "received_at": receipt.received_at.astimezone(UTC).isoformat(),
        "sha256": receipt.sha256,
        "status": result.status,
        "template_version": result.template_version,
        "rule_set": result.rule_set,
        "edits_run": result.edits_run,
        "repairs": [repair.as_document() for repair in result.repairs],
        "findings": [asdict(finding) for finding in result.findings],
        "figures": _figures(result),
        "page": page_context(result, facts, read, year, template),
    }


def write_reports(folder: Path, document: Mapping[str, Any]) -> None:
    """Write report.json, report.csv, report.html and, where there are findings, report.xlsx; see `write_atomically`."""
    write_atomically(folder, report_files(document))


def report_files(document: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of a report by name."""
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
    """Write a new folder complete or not at all; in one that is there, replace each file by one of the same bytes."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with atomic_directory(folder.parent) as partial:
        for name, content in files.items():
            (partial / name).write_bytes(content)
        _put_in_place(partial, folder, files.keys())


def _json_bytes(report: Mapping[str, Any]) -> bytes:
    """Write a line for each key and each finding. (Indenting all of it takes longer than writing the page.)"""
    written = {key: json.dumps(value, ensure_ascii=False) for key, value in report.items()}
    if report["findings"]:
        findings = ",\n".join(f"    {json.dumps(finding, ensure_ascii=False)}" for finding in report["findings"])
        written["findings"] = f"[\n{findings}\n  ]"
    lines = ",\n".join(f"  {json.dumps(key)}: {value}" for key, value in written.items())
    return f"{{\n{lines}\n}}\n".encode()


def _put_in_place(partial: Path, folder: Path, names: Collection[str]) -> None:
    """Rename the complete folder to its name, or replace the files of one that is there already."""
    try:
        partial.rename(folder)  # also onto an empty folder
    except OSError:
        if not folder.is_dir():
            raise
        for name in names:
            (partial / name).replace(folder / name)
        for name in set(_FILES) - set(names):
            (folder / name).unlink(missing_ok=True)


def _figures(result: ValidationResult) -> dict[str, dict[str, int | float]]:
    """Return the figures as understood, by item and ethnic group."""
    figures: dict[str, dict[str, int | float]] = {}
    for (item, group), value in result.figures.items():
        figures.setdefault(item, {})[group] = _json_number(value)
    return figures


def _json_number(value: Decimal) -> int | float:
    """Return a whole number as an int; a half is exact as a float, and any other figure was rejected."""
    return int(value) if value == value.to_integral_value() and value.adjusted() < 15 else float(value)
