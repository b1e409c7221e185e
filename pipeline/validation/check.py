"""Checking one file on the sender's own machine: the national checks, without registry or network."""

import hashlib
import re
from pathlib import Path
from typing import Any

from pipeline.collection.calendar import known_years, load_year
from pipeline.collection.register import expected_codes, shipped_register
from pipeline.errors import WresError
from pipeline.returns.cells import ReadReturn
from pipeline.returns.cleaning import printable_name
from pipeline.returns.guarded_reader import shared_reader
from pipeline.returns.specification import load_template
from pipeline.settings import load_settings
from pipeline.validation.feedback import ReceiptFacts, report_document, write_reports
from pipeline.validation.judge import Submission, judge


def check_file(file: Path, year: int | None, report: Path | None) -> dict[str, Any]:
    """Judge one file as the organisation that it states; returns report.json, and writes all reports when asked to.

    Last year's figures are those that the workbook shows beside the inputs, if it does. Edits that need what only the
    national team has (last year's national rate, the close of the collection) are reported as not run.

    Raises:
        WresError: the file cannot be opened, or no year was given and the file states none that is known.
    """
    settings = load_settings()
    try:
        with file.open("rb") as source:
            content = source.read(settings.max_file_bytes + 1)
    except OSError as error:
        raise WresError(
            f"{file} cannot be opened: {error.strerror}. Check the name and that you may read it."
        ) from None
    read = shared_reader(settings).read_alone(content, file.name)
    calendar = load_year(year if year is not None else _stated_year(file, read))
    template, register = load_template(calendar.template_version), shipped_register()
    stated = read.text("organisation_code")
    sender = stated.value.strip().upper() if stated else ""
    now = settings.now()
    codes = list(register["code"])
    cannot_know = [sender] if sender not in codes and not _is_trust_code(sender) else []
    [judgement] = judge(
        [Submission("check", sender, now, read, read.last_year or None)],
        calendar,
        template,
        [*expected_codes(register, calendar), *cannot_know],
        [*codes, *cannot_know],
    )
    if cannot_know and "S105" in judgement.edits_run:
        judgement.edits_run.remove("S105")
        judgement.edits_not_run["S105"] = "The register that comes with this program holds NHS trusts only."
    facts = ReceiptFacts(
        receipt="check",
        collection_year=calendar.year,
        organisation_code=sender,
        organisation_name=dict(zip(register["code"], register["name"], strict=True)).get(sender, ""),
        received_at=now,
        clock="as_of" if settings.as_of else "machine",
        sha256=hashlib.sha256(content).hexdigest(),
        file_name=printable_name(file.name),
        template_version=calendar.template_version,
        rule_set=calendar.rule_set,
        repairs=read.repairs,
        read=read,
        late=False,
        simulated=False,
        sent=False,
        last_year_from_file=bool(read.last_year),
    )
    document = report_document(judgement, facts, calendar, template)
    if report is not None:
        write_reports(report, document)
    return document


def _is_trust_code(code: str) -> bool:
    """Whether a code has the shape of an NHS trust's, all of which the shipped register holds."""
    return re.fullmatch(r"[RT][0-9A-Z]{2}", code) is not None


def _stated_year(file: Path, read: ReadReturn) -> int:
    stated = read.text("collection_year")
    if stated and re.fullmatch(r"\s*\d{4}(\.0)?\s*", stated.value) and int(stated.value.strip()[:4]) in known_years():
        return int(stated.value.strip()[:4])
    years = ", ".join(str(one) for one in known_years())
    raise WresError(f"{file.name} does not say which collection year it is for. Give it with --year, one of {years}.")
