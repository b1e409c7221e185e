"""The commands of `wres` for a trust: prepare a return from extracts, and check one, on its own machine."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from wres.cli.command_context import command_settings
from wres.cli.options import AsOf, Form, exit_if, outside_stores
from wres.cli.output import Format, echo_err, print_rows, warn
from wres.errors import WresError

_NEEDED = ("YEAR", "ORG", "--staff", "--cases", "--output")


def prepare(
    year: Annotated[int | None, typer.Argument(metavar="YEAR", help="The collection year.")] = None,
    org: Annotated[str | None, typer.Argument(metavar="ORG", help="Your organisation's code.")] = None,
    staff: Annotated[Path | None, typer.Option(help="The extract of staff in post: CSV or .xlsx.")] = None,
    cases: Annotated[Path | None, typer.Option(help="The extract of disciplinary cases: CSV or .xlsx.")] = None,
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            help="What your headings and values mean; by default wres-map.toml beside the output.",
            callback=outside_stores,
        ),
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="The workbook that the national team sent, for last year's figures.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The return to write, an .xlsx file.", callback=outside_stores)
    ] = None,
    example: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write made-up extracts to try it on.", callback=outside_stores),
    ] = None,
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Count the return from extracts of your own systems; nothing is sent."""
    from wres.outputs.formatting import number_of
    from wres.prepare.prepare_return import prepare_return
    from wres.reference.year_config import configured_years, load_year

    if example is not None:
        from wres.prepare.example_extracts import write_example

        folder = command_settings().years
        for path in write_example(example, load_year(year or configured_years(folder)[-1], folder)):
            echo_err(f"Written: {path}")
        return
    if year is None or org is None or staff is None or cases is None or output is None:
        required = (year, org, staff, cases, output)
        missing = [name for name, value in zip(_NEEDED, required, strict=True) if value is None]
        raise WresError(f"wres prepare needs {', '.join(missing)} too. All that it takes: wres prepare --help")
    result = prepare_return(
        command_settings(), year, org.strip().upper(), staff, cases, output, map_file, template, _ask
    )
    if result.questions:
        rows = [
            {
                "field": question.field,
                "value": question.value or "(blank)",
                "number": question.number,
                "of": question.noun,
                "answers": " ".join(question.answers),
            }
            for question in result.questions
        ]
        print_rows(rows, form, prose=("answers",))
        raise WresError(
            f"{number_of(len(rows), 'value')} could not be placed, so no return was written. Answer each in "
            f"{result.map_path}, with one of the answers listed, and run it again."
        )
    echo_err(f"Written: {result.output} ({result.people:,} people in post)")
    echo_err(f"How each figure was counted, for your own eyes: {result.reconciliation}")
    if result.unmatched:
        warn(result.unmatched)
    status = str(result.document["status"]).replace("_", " ")
    findings = number_of(len(result.document["findings"]), "finding")
    rejected = result.document["status"] == "rejected"
    then = (
        f"{result.reconciliation} lists what to put right: correct the extracts or the map, and run it again."
        if rejected
        else "Look at the figures, sign off, and send it."
    )
    echo_err(f"The national checks say: {status}; {findings}. {then}")
    exit_if(rejected)


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The return.")],
    year: Annotated[
        int | None, typer.Option(help="The collection year; by default the one that the return states.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="A folder to write the full report to.", callback=outside_stores)
    ] = None,
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Check a return as the national team will; nothing is sent."""
    from wres.feedback.presubmission import check_file, explain_check

    document = check_file(command_settings(), file, year, report)
    where = ("sheet", "cell", "item", "ethnic_group", "value")
    columns = ("code", "severity", *where, "expected", "difference", "message", "how_to_fix")
    rows = [{column: finding[column] for column in columns} for finding in document["findings"]]
    if rows or form is not Format.table:
        print_rows(rows, form, columns, prose=("message", "how_to_fix"))
    for sentence in explain_check(document, file.name):
        echo_err(sentence)
    exit_if(document["status"] == "rejected")


def _ask(question: str, answers: Sequence[str]) -> str | None:
    """Ask on a terminal; None where there is none, or the sender presses Enter to leave it open."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    warn(question)
    for number, answer in enumerate(answers, start=1):
        warn(f"  {number}  {answer}")
    while True:
        choice = typer.prompt("Number, or Enter to leave it open", default="", show_default=False, err=True).strip()
        if not choice:
            return None
        if choice.isdecimal() and 1 <= int(choice) <= len(answers):
            return answers[int(choice) - 1]
        warn(f"Give a number from 1 to {len(answers)}.")
