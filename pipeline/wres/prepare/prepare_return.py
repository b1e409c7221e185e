"""Prepare a return: read the extracts, count, write the workbook and its reconciliation, or say what has no place."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from wres.errors import WresError
from wres.feedback.presubmission import check_file
from wres.prepare.count_cases import CaseCount, count_cases, write_unmatched
from wres.prepare.count_staff import StaffCount, count_staff, normalise_people
from wres.prepare.extract_reader import Ask, Extract, read_extract
from wres.prepare.questions import Question, add_to_map
from wres.prepare.reconciliation import CountedReturn, reconciliation_page
from wres.prepare.value_map import SenderMap, load_map, save_map
from wres.reader.guarded_reader import shared_reader
from wres.reference.register import default_organisations
from wres.reference.year_config import CollectionYear, load_year
from wres.returns.indicator_math import Figures
from wres.returns.template.template_writer import write_template
from wres.returns.template_spec import Template, load_template
from wres.settings import Settings
from wres.storage.atomic import write_whole

MAP_NAME = "wres-map.toml"
_ELSEWHERE = re.compile(
    r"(?!R[0-9A-Z]{2,}$|T[0-9A-Z]{2}$)[0-9A-Z]{3,6}"
)  # the shipped register holds all trusts, and trusts only
_ROUNDS = 20  # of questions: an answer can lead to another question


@dataclass
class Prepared:
    """The result: questions that stop the writing, or the files and the findings of the national checks."""

    map_path: Path
    questions: list[Question] = field(default_factory=list)
    output: Path | None = None
    reconciliation: Path | None = None
    document: dict[str, Any] = field(default_factory=dict)
    people: int = 0
    unmatched: str | None = None  # the sentence on people with a case whom the staff extract lacks


def prepare_return(  # noqa: PLR0913, PLR0917 - the files that a person names, one by one
    settings: Settings,
    year: int,
    organisation_code: str,
    staff_file: Path,
    cases_file: Path,
    output: Path,
    map_file: Path | None = None,
    template_file: Path | None = None,
    ask: Ask | None = None,
) -> Prepared:
    """Count a return from two extracts and write it, unless a value has no place. The extracts are only read.

    Raises:
        WresError: the year or the organisation is not known, or a file cannot be read or written.
    """
    ask = ask or _leave_open
    calendar = load_year(year, settings.years)
    template, name = load_template(calendar.template_version), _name_of(organisation_code)
    map_path = map_file or output.parent / MAP_NAME
    page_path = output.with_name(f"{output.stem}-reconciliation.html")
    _check_output(output)
    inputs = [staff_file, cases_file, *([template_file] if template_file else [])]
    _protect_inputs(inputs, [output, page_path, map_path])
    sender_map = load_map(map_path)
    before = repr(sender_map)
    extracts = [
        read_extract(path, kind, sender_map, ask) for path, kind in ((staff_file, "staff"), (cases_file, "cases"))
    ]
    staff, cases, questions = _count(extracts, template, calendar, sender_map, ask)
    add_to_map(sender_map, questions)
    if repr(sender_map) != before:
        save_map(map_path, sender_map)
    if questions:
        return Prepared(map_path, questions)
    counted = CountedReturn(
        organisation_code, name, calendar, template, extracts, staff, cases, _last_year(settings, template_file)
    )
    with TemporaryDirectory() as folder:
        written = Path(folder) / output.name
        write_template(written, template, calendar, organisation_code, name, counted.last_year, counted.figures)
        document = check_file(settings, written, year, None)
        content = written.read_bytes()
    page = reconciliation_page(counted, document)
    write_whole(page_path, page.encode())
    write_whole(output, content)
    unmatched = write_unmatched(cases, template.group_labels[template.unknown_group])
    return Prepared(map_path, [], output, page_path, document, staff.people, unmatched)


def _leave_open(question: str, answers: Sequence[str]) -> None:
    """Answer no question."""


def _count(
    extracts: Sequence[Extract], template: Template, calendar: CollectionYear, sender_map: SenderMap, ask: Ask
) -> tuple[StaffCount, CaseCount, list[Question]]:
    """Count, and ask about what has no place until there is no question or nobody to answer."""
    staff_extract, case_extract = extracts
    case_people = normalise_people(case_extract.rows["person"], case_extract.headings["person"])
    for _ in range(_ROUNDS):
        staff = count_staff(staff_extract, case_people, template, calendar, sender_map)
        cases = count_cases(case_extract, staff, template, calendar, sender_map)
        questions = list({(item.field, item.value): item for item in [*cases.questions, *staff.questions]}.values())
        if not _answer(questions, sender_map, ask):
            break
    return staff, cases, questions


def _answer(questions: Sequence[Question], sender_map: SenderMap, ask: Callable[..., str | None]) -> bool:
    """Put the sender's answers into the map; whether there was any."""
    answered = False
    for question in questions:
        if question.withheld:
            continue
        answer = ask(f"{question.text()}. What is it?", question.answers)
        if answer is None:
            return answered
        sender_map.values.setdefault(question.field, {})[question.value] = answer
        answered = True
    return answered


def _name_of(code: str) -> str:
    """Return the organisation's name; a body that the shipped register cannot know is named by its code.

    Raises:
        WresError: it is no code, or a trust's that is not in the register.
    """
    names = {row["code"]: row["name"] for row in default_organisations()}
    if code in names:
        return names[code]
    if not _ELSEWHERE.fullmatch(code):
        raise WresError(f"{code} is not in the register. Look its code up: wres organisations list")
    return code


def _last_year(settings: Settings, template_file: Path | None) -> Figures | None:
    """Read last year's figures out of the workbook that the national team sent."""
    if template_file is None:
        return None
    try:
        content = template_file.read_bytes()
    except OSError as error:
        raise WresError(f"{template_file} cannot be opened: {error.strerror}. Check the name.") from None
    read = shared_reader(settings).read_alone(content, template_file.name)
    if not read.last_year:
        raise WresError(f"{template_file} shows no figures of last year. Leave it out, or name another: --template.")
    return read.last_year


def _check_output(output: Path) -> None:
    if output.suffix.lower() != ".xlsx":
        raise WresError(f"{output} must end in .xlsx, for the return is a workbook. Choose another name: --output.")
    if output.is_dir() or not output.parent.is_dir():
        raise WresError(f"{output} cannot be written: there is no such folder. Choose another place: --output.")


def _protect_inputs(inputs: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Refuse to write over a file that was given.

    Raises:
        WresError: an output is one of the inputs.
    """
    for source in inputs:
        for path in outputs:
            if path.exists() and source.exists() and path.samefile(source):
                raise WresError(f"{source} was given to be read, so it is not written over. Choose another: --output.")
