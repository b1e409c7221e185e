"""Checking one file on the sender's own machine: the national checks, without registry or network."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from wres.database.models import Receipt
from wres.errors import WresError
from wres.feedback.receipt_facts import ReceiptFacts
from wres.feedback.report import with_report, write_reports
from wres.reader.guarded_reader import shared_reader
from wres.reference.register import default_register, eligible_codes
from wres.reference.year_config import CollectionYear, configured_years, load_year
from wres.returns.optional_items import fill_optional_items
from wres.returns.parsed_return import ParsedReturn
from wres.returns.template_spec import load_template
from wres.returns.text import printable_name
from wres.safe_text import printable
from wres.settings import Settings
from wres.validation.batch import Batch, Submission
from wres.validation.edit_catalogue import edits_over
from wres.validation.frames import normalise_statement
from wres.validation.validate import validate_returns

_TRUST = re.compile(r"R[0-9A-Z]{2,}|T[0-9A-Z]{2}")  # NHS trusts, and their sites
_TRUSTS_ONLY = "The register that comes with this program holds NHS trusts only."
_CODE = re.compile(r"Q[0-9A-Z]{2}|(?=[0-9A-Z]*[0-9])[0-9A-Z]{3,6}")  # other bodies of the Organisation Data Service


def check_file(settings: Settings, file: Path, year: int | None, report: Path | None) -> dict[str, Any]:
    """Validate one file as the organisation that it states; returns report.json, and writes all reports when asked to.

    Last year's figures are those that the workbook shows beside the inputs, if it does. Edits that need what only the
    national team has (last year's national rate, the close of the collection) are reported as not run.

    Raises:
        WresError: the file cannot be opened, or no year was given and the file states none that is known.
    """
    try:
        with file.open("rb") as source:
            content = source.read(settings.max_file_bytes + 1)
    except OSError as error:
        raise WresError(
            f"{file} cannot be opened: {error.strerror}. Check the name and that you may read it."
        ) from None
    read = shared_reader(settings).read_alone(content, file.name)
    now = settings.clock.now()
    calendar, read = _calendar_of(file, read, year, settings)
    template, register = load_template(calendar.template_version), default_register()
    filled = fill_optional_items(read, template, calendar.optional_items)
    codes = list(register["code"])
    sender = _sender_of(read, codes)
    cannot_know = [sender] if _may_be_elsewhere(sender, codes) else []
    submission = Submission("check", sender, now, filled, read.last_year or None)
    expected = [*eligible_codes(register, calendar), *cannot_know]
    [result] = validate_returns(Batch([submission], calendar, template, expected, [*codes, *cannot_know]))
    if cannot_know:
        for code in {*edits_over("returns", "sender_status")} & {*result.edits_run}:
            result.edits_run.remove(code)
            result.edits_not_run[code] = _TRUSTS_ONLY
    receipt = Receipt(
        receipt="check",
        collection_year=calendar.year,
        organisation_code=sender,
        received_at=now,
        clock_source=settings.clock.source,
        sha256=hashlib.sha256(content).hexdigest(),
        file_name=printable_name(file.name),
        simulated=False,
        test=False,
    )
    name = dict(zip(register["code"], register["name"], strict=True)).get(sender, "")
    facts = ReceiptFacts(receipt, name, sent=False, last_year_from_file=bool(read.last_year))
    document = with_report(result, facts, read, calendar, template).report
    if report is not None:
        write_reports(report, document)
    return document


def _calendar_of(
    file: Path, read: ParsedReturn, year: int | None, settings: Settings
) -> tuple[CollectionYear, ParsedReturn]:
    """Return the year to validate by, and the part of the file that is validated.

    Where neither the caller nor the file names a year, the faults of structure alone are validated, which are the
    same in every year.
    """
    if year is not None:
        return load_year(year, settings.years), read
    text = read.text("collection_year")
    stated = normalise_statement("collection_year", text.value) if text else ""
    numbers = configured_years(settings.years)
    if stated in {str(known) for known in numbers}:
        return load_year(int(stated), settings.years), read
    if read.faults:
        years = [load_year(known, settings.years) for known in numbers]
        begun = [calendar for calendar in years if calendar.opens <= settings.clock.now()]
        return (begun or years[:1])[-1], ParsedReturn(faults=read.faults, repairs=read.repairs)
    says = f"is for the collection year {text.value!r}, which is not known" if text else "names no collection year"
    raise WresError(f"{file.name} {says}. Give it with --year, one of {', '.join(map(str, numbers))}.")


def _sender_of(read: ParsedReturn, codes: Collection[str]) -> str:
    """Return the code that the return states, or the known code in what it states, as in "RXY - Kent".

    The collection knows its senders by where their files arrive. A statement with more than the code is refused there,
    so it is here.
    """
    text = read.text("organisation_code")
    stated = normalise_statement("organisation_code", text.value) if text else ""
    if text is None or stated in codes:
        return stated
    words = re.findall(r"[A-Z0-9]+", text.value.upper())
    return next((word for word in words if word in codes), stated)


def _may_be_elsewhere(code: str, codes: Collection[str]) -> bool:
    """Return whether only the national register can tell if such an organisation exists: this one holds trusts."""
    if code in codes or _TRUST.fullmatch(code):
        return False
    return not code or _CODE.fullmatch(code) is not None


_MOST_REPAIRS = 10


def explain_check(document: Mapping[str, Any], file_name: str) -> Iterator[str]:
    """Write the sentences of a check: its status, each repair with its cell, and the edits not run by reason."""
    page, findings = document["page"], len(document["findings"])
    status = document["status"].replace("_", " ")
    of = f" of {document['organisation_code']}" if document["organisation_code"] else ""
    about = f"{file_name}, checked as the {document['collection_year']} return{of}"
    yield printable(f"{about}: {status}; {findings} {'finding' if findings == 1 else 'findings'}.")
    for repair in document["repairs"][:_MOST_REPAIRS]:
        place = ", ".join(part for part in (repair["sheet"], repair["cell"]) if part)
        yield printable(f"Put right: {repair['what']}{f' ({place})' if place else ''}.")
    if (more := len(document["repairs"]) - _MOST_REPAIRS) > 0:
        yield printable(f"Put right: {more} more; the report lists them all (--report FOLDER).")
    codes: dict[str, list[str]] = defaultdict(list)
    for edit in page["edits_not_run"]:
        codes[edit["reason"].rstrip(".")].append(edit["code"])
    for reason, same in codes.items():
        yield printable(f"Not run: {', '.join(same)}: {reason}.")
