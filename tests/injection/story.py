"""One collection: loaded, sent, corrected, built, published, revised, approved; what people write is a parameter."""

import csv
import io
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from wres.reference.register import REGISTER_COLUMNS
from wres.reference.year_config import load_year
from wres.returns.template.template_writer import write_template
from wres.returns.template_spec import load_template

YEAR = 2022
_CODES = ("01X", "02X", "X9Z")
_GROUPS = {"01X": ("ccg", "Y62", "North West"), "02X": ("ccg", "Y62", "North West"), "X9Z": ("alb", "", "")}
_SENT = {
    "01X": ((2000, 600, 40), (20, 14, 0)),
    "02X": ((1500, 500, 30), (22, 11, 1)),
    "X9Z": ((900, 300, 100), (16, 12, 11)),
}


@dataclass(frozen=True)
class Words:
    """What people write. `names` are in the same order as the organisations' codes, so that pages are alike."""

    names: tuple[str, str, str]
    file: str
    value: str
    item: str
    explanation: str
    person: str
    role: str
    reason: str
    commentary: str
    note: str


@dataclass(frozen=True)
class StoryFiles:
    """What a collection left: its words, its home, what the command line printed as CSV."""

    words: Words
    home: Path
    printed: dict[str, str]

    def files(self, ending: str) -> dict[str, bytes]:
        """All that it made, by path; not what was sent."""
        return {
            path.relative_to(self.home).as_posix(): path.read_bytes()
            for path in sorted(self.home.rglob(f"*{ending}"))
            if path.is_file() and path.relative_to(self.home).parts[0] in ("outbox", "progress", "published", "made")
        }


HARMLESS = Words(
    names=("1 Northtown", "2 Southtown", "3 Westtown"),  # listed under no letter, as the hostile ones are
    file="return",
    value="many",
    item="workforce.other",
    explanation="Because.",
    person="a director",
    role="Head of profession",
    reason="typing error",
    commentary="A first line.",
    note="One came late.",
)
_SCRIPT = "<script>alert(document.domain)</script>"
HOSTILE = Words(
    names=(
        f'"><img src=x onerror=alert(1)>{_SCRIPT}',
        f"=HYPERLINK(1)</title></style>{_SCRIPT}",
        "@SUM(1)' onclick='a()",
    ),
    file="=1' onmouseover='alert(1)' \"><svg onload=alert(1)>",
    value=f"=1+1{_SCRIPT}",
    item="-workforce.<img src=x onerror=alert(1)>",
    explanation=f"\uff1dcmd|' /c calc'!A1 {_SCRIPT}",
    person=f"+x <b onclick='a()'>{_SCRIPT}",
    role=f"+x {_SCRIPT}{{{{ config }}}}",
    reason=f"=1 {_SCRIPT}",
    commentary=f"=x {_SCRIPT} <a href='javascript:alert()'>x</a> [x](javascript:alert)",
    note=f"=1+1 {_SCRIPT} came late",
)


def run_story(home: Path, words: Words) -> dict[str, str]:
    """Run a collection with these words; return what the commands that print rows printed as CSV."""
    example_folder = home / "made"
    example_folder.mkdir()
    register = _file(
        example_folder / "register.in",
        [REGISTER_COLUMNS, *(_organisation(*pair) for pair in zip(_CODES, words.names, strict=True))],
    )
    contacts = _file(
        example_folder / "contacts.in", [("organisation_code", "role", "address"), ("01X", words.role, "a@example.org")]
    )
    _wres("organisations", "load", str(register))
    _wres("contacts", "load", str(contacts))
    write_return(home, "01X", f"{words.file}.csv", words, {"Q301": words.explanation, "Q309": words.explanation})
    write_return(home, "02X", f"{words.file}.csv", words, {}, wrong=True)
    _send_workbook(home, "X9Z", f"{words.file}.xlsx", words)
    _collect("2022-06-10T12:00")
    _file(
        home / "corrections" / f"{YEAR}.csv",
        [
            ("organisation", "item", "group", "from", "to", "reason", "who", "when"),
            ("01X", "disciplinary.entered", "bme", "14", "13", words.reason, words.role, "2022-06-11"),
        ],
    )
    (home / "commentary").mkdir()
    (home / "commentary" / f"{YEAR}.md").write_text(
        f"## {words.commentary}\n\n{words.commentary}\n\n- {words.commentary}\n"
    )
    _release("2022-09-19T12:00")
    write_return(home, "02X", "again.csv", words, {})
    _collect("2022-09-20T12:00")
    _release("2022-09-21T12:00", "--note", words.note)
    checklist = _wres("checklist", str(YEAR), "--format", "csv")
    warnings = {row["code"] for row in csv.DictReader(io.StringIO(checklist)) if row["severity"] == "warning"}
    accepted = [word for code in sorted(warnings) for word in ("--accept", code)]
    _wres("approve", str(YEAR), "--by", words.person, "--role", words.role, *accepted)
    _wres("template", str(YEAR), "02X", "--output", str(example_folder / "template.xlsx"))
    _wres("chase", str(YEAR), "--output", str(example_folder / "chase.csv"))
    asked = {
        "status": ("status", str(YEAR)),
        "organisations": ("organisations", "list"),
        "history": ("history", str(YEAR), "02X"),
        "trace": ("trace", str(YEAR), "01X"),
        "check": (
            "check",
            str(write_return(home / "sent", "02X", f"{words.file}.csv", words, {}, wrong=True)),
            "--report",
            str(example_folder / "report"),
        ),
    }
    return {"checklist": checklist} | {name: _wres(*command, "--format", "csv") for name, command in asked.items()}


def _organisation(code: str, name: str) -> tuple[str, ...]:
    group, region, region_name = _GROUPS[code]
    return (code, name, group, "unknown", region, region_name, "", "", "E", "2013-04-01", "", "", "letter")


def _figures(code: str) -> dict[tuple[str, str], Decimal]:
    template = load_template(load_year(YEAR).template_version)
    figures = {cell: Decimal(0) for cell in template.cells() if cell[0] != "workforce.total"}
    for item, counts in zip(("workforce.clinical.band_5", "disciplinary.entered"), _SENT[code], strict=True):
        for group, count in zip(("white", "bme", "unknown"), counts, strict=True):
            figures[item, group] = Decimal(count)
    return figures


def write_return(
    home: Path, code: str, name: str, words: Words, explained: Mapping[str, str], *, wrong: bool = False
) -> Path:
    rows = [("collection_year", "organisation_code", "item", "ethnic_group", "value")]
    rows += [(str(YEAR), code, item, group, str(value)) for (item, group), value in _figures(code).items()]
    rows += [(str(YEAR), code, f"explanation.{edit}", "", text) for edit, text in explained.items()]
    rows += [
        (str(YEAR), code, f"signoff.{key}", "", text) for key, text in (("name", words.person), ("role", words.role))
    ]
    if wrong:
        rows[1] = (*rows[1][:4], words.value)
        rows += [
            (str(YEAR), code, words.item, "white", "1"),
            (str(YEAR), code, "disciplinary.entered", words.item, "1"),
        ]
    return _file(home / "inbox" / str(YEAR) / code / name, rows)  # type: ignore[arg-type]


def _send_workbook(home: Path, code: str, name: str, words: Words) -> None:
    year = load_year(YEAR)
    texts = {"signoff.name": words.person, "signoff.role": words.role, "explanation.Q301": words.explanation}
    path = home / "inbox" / str(YEAR) / code / name
    path.parent.mkdir(parents=True)
    template = load_template(year.template_version)
    write_template(path, template, year, code, words.names[2], figures=_figures(code), texts=texts)


def _file(path: Path, rows: list[tuple[str, ...]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(rows)
    return path


def _collect(when: str) -> None:
    _wres("--as-of", when, "collect", str(YEAR))


def _release(when: str, *note: str) -> None:
    _wres("--as-of", when, "build", str(YEAR))
    _wres("--as-of", when, "publish", str(YEAR), *note)


def _wres(*arguments: str) -> str:
    from wres.cli.main import main

    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["wres", *arguments])
        patch.setenv("WRES_AS_OF", "2022-09-22T12:00")
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code in (0, 1), (arguments, err.getvalue())
    return out.getvalue()
