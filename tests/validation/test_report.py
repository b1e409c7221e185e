"""The answer to a sender: the same in each of its forms, readable, inert, and the same bytes each time."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from wres.database.models import Receipt
from wres.feedback.receipt_facts import ReceiptFacts
from wres.feedback.report import with_report, write_reports
from wres.feedback.report_files import csv_bytes
from wres.returns.findings import ValidationResult
from wres.returns.parsed_return import CellRef, Normalisation, ParsedReturn
from wres.returns.template_spec import newest_template

ETHNIC_GROUPS = newest_template().ethnic_groups

NURSES = "workforce.clinical.band_5"
HOSTILE = '<script>alert("x")</script>'
KEYS = [  # of report.json, retyped from the contract
    *("receipt", "collection_year", "organisation_code", "received_at", "sha256", "status", "template_version"),
    *("rule_set", "edits_run", "repairs", "findings", "figures"),
]
FINDING_KEYS = ["code", "severity", "message", "how_to_fix", "sheet", "cell", "item", "ethnic_group", "value"]
FINDING_KEYS += ["expected", "difference"]
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Takes a page apart and fails on a tag that is not closed in its turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.extend(data.split())

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def answer(desk: Any, result: ValidationResult, facts: Mapping[str, Any] = {}, **columns: Any) -> dict[str, Any]:
    """The document of one return, as it comes back from a store that keeps JSON; `columns` are of its receipt."""
    receipt = {
        "receipt": "2022-RXX-1",
        "collection_year": desk.year.year,
        "organisation_code": "RXX",
        "received_at": desk.in_time,
        "clock_source": "machine",
        "sha256": "ab" * 32,
        "file_name": "return.xlsx",
        "simulated": False,
        "test": False,
        **columns,
    }
    result = replace(result, repairs=[Normalisation("Spaces were left out", CellRef("Return", "C12"))])
    known = ReceiptFacts(Receipt(**receipt), **{"organisation_name": "Example & Sons NHS Trust", **facts})
    document = with_report(result, known, ParsedReturn(), desk.year, desk.template).report
    return json.loads(json.dumps(document))  # type: ignore[no-any-return]


def page_of(folder: Path, document: dict[str, Any]) -> Page:
    write_reports(folder, document)
    return Page((folder / "report.html").read_text("utf-8"))


@pytest.fixture(scope="module")
def validated(single: Any) -> dict[str, ValidationResult]:
    """Returns of each kind, validated together."""
    negative = {(f"workforce.clinical.band_{n}", "bme"): "-1" for n in (2, 3, 4)}
    many = single.read()
    many.cells += [single.cell(f"workforce.made_up_{n}", "bme", "1") for n in range(400)]
    reads: dict[str, ParsedReturn] = {
        "rejected": single.read({**negative, (NURSES, "white"): "=HYPERLINK(1)", (NURSES, "unknown"): HOSTILE}),
        "clean": single.read(),
        "no white entries": single.read(single.entered("0", "4", "1")),
        "not signed": single.read(signoff_name=None, signoff_role=None),
        "unreadable": single.unreadable(),
        "long value": single.read({(NURSES, "bme"): "x" * 5000}),
        "many findings": many,
    }
    return dict(zip(reads, single.validate(*map(single.submission, reads.values())), strict=True))


@pytest.fixture
def rejected(single: Any, validated: dict[str, ValidationResult]) -> dict[str, Any]:
    return answer(single, validated["rejected"])


@pytest.fixture
def clean(single: Any, validated: dict[str, ValidationResult]) -> dict[str, Any]:
    return answer(single, validated["clean"])


def test_report_json_has_the_keys_of_the_contract(rejected: dict[str, Any], tmp_path: Path) -> None:
    write_reports(tmp_path / "a", rejected)
    report = json.loads((tmp_path / "a" / "report.json").read_text("utf-8"))
    assert list(report) == KEYS
    assert [list(finding) for finding in report["findings"]] == [FINDING_KEYS] * 5
    assert report == {key: rejected[key] for key in KEYS}
    assert report["status"] == "rejected"
    assert report["received_at"] == "2022-07-01T12:00:00+00:00"
    assert report["repairs"] == [{"what": "Spaces were left out", "sheet": "Return", "cell": "C12"}]
    assert report["figures"]["workforce.clinical.band_2"] == {"white": 20, "bme": -1, "unknown": 1}
    assert "V203" in report["edits_run"]
    assert "V206" not in report["edits_run"]  # no group's parts are all usable


def test_halves_stay_halves(two_year: Any) -> None:
    document = answer(two_year, two_year.validate_one(two_year.read({("disciplinary.entered", "bme"): "4.5"})))
    assert document["figures"]["disciplinary.entered"] == {"white": 10, "bme": 4.5, "unknown": 1}
    assert document["page"]["counts"][1] == {"group": "BME", "staff": "192", "entered": "4.25", "likelihood": "2.21%"}


def test_csv_has_a_row_a_finding_and_no_formulas(rejected: dict[str, Any]) -> None:
    rows = list(csv.reader(io.StringIO(csv_bytes(rejected).decode("utf-8"))))
    assert rows[0] == FINDING_KEYS
    assert [(row[0], row[8]) for row in rows[1:]] == [
        ("V202", "'=HYPERLINK(1)"),
        ("V202", HOSTILE),
        ("V203", "-1"),
        ("V203", "-1"),
        ("V203", "-1"),
    ]


def test_workbook_has_summary_counts_and_every_finding_in_words(rejected: dict[str, Any], tmp_path: Path) -> None:
    write_reports(tmp_path / "a", rejected)
    book = openpyxl.load_workbook(tmp_path / "a" / "report.xlsx")
    assert book.sheetnames == ["Summary", "By code", "Findings"]
    assert [[cell.value for cell in row] for row in book["By code"]["A2:D3"]] == [
        ["V202", "Not a number", "Must be put right", 2],
        ["V203", "Negative", "Must be put right", 3],
    ]
    findings = list(book["Findings"].iter_rows(min_row=2))
    assert [row[8].value for row in findings] == ["=HYPERLINK(1)", HOSTILE, -1, -1, -1]
    assert {cell.data_type for row in findings for cell in row if cell.value} == {"s", "n"}
    titles = [cell.value for cell in book["Findings"][1]]
    assert titles[:9] == [
        "Code",
        "What it does",
        "What is wrong",
        "What to do",
        "Sheet",
        "Cell",
        "Item",
        "Group",
        "Value",
    ]
    assert {row[1].value for row in findings} == {"Must be put right"}
    assert all("." not in str(row[6].value) and row[7].value in ("White", "BME", "Unknown") for row in findings)
    summary = {str(row[0].value): str(row[1].value) for row in book["Summary"].iter_rows(min_row=2)}
    assert list(summary)[:4] == ["Receipt", "Status", "What happens next", "Whom to ask"]
    assert summary["What happens next"].startswith("Correct the file and send it again, all of it. It is in time until")
    assert "england.wres@nhs.net" in summary["Whom to ask"]
    assert summary["Receipt"] in summary["Whom to ask"]


def test_the_page_begins_with_the_receipt_and_says_whom_to_ask(rejected: dict[str, Any], tmp_path: Path) -> None:
    text = page_of(tmp_path / "a", rejected).text
    assert text.index(f"Receipt {rejected['receipt']}") < text.index("Not accepted.") < text.index("What happens next")
    assert f"Give the receipt {rejected['receipt']} and the code of the finding." in text


def test_a_sign_off_that_is_missing_is_one_finding_with_its_cells(single: Any) -> None:
    read = single.read(signoff_role=None, signoff_date=None)
    read.empty = {"signoff.role": CellRef("Sign-off", "B4"), "signoff.date": CellRef("Sign-off", "B5")}
    [finding] = [candidate for candidate in single.validate_one(read).findings if candidate.code == "Q309"]
    assert (finding.sheet, finding.cell) == ("Sign-off", "B4, B5")
    assert finding.message.startswith("The sign-off has no role and no date")


def test_page_groups_one_mistake_and_lists_its_cells(rejected: dict[str, Any], tmp_path: Path) -> None:
    page = page_of(tmp_path / "a", rejected)
    assert "V203 Negative: must be put right (3 places)" in page.text
    assert page.text.count("Give the number of people, 0 or more.") == 1
    for row in (26, 27, 28):
        assert f"Return, D{row}" in page.text
    assert "5 findings must be put right." in page.text
    assert (
        "It is in time until 31 August 2022 at 23:59; after that it counts as late, and after 30 September" in page.text
    )
    assert "V208 No staff at all the figures that it needs are missing" in page.text
    assert "Spaces were left out" in page.text


def test_page_is_accessible_and_complete_in_itself(rejected: dict[str, Any], tmp_path: Path) -> None:
    page = page_of(tmp_path / "a", rejected)
    assert page.named("html") == [{"lang": "en-GB"}]
    assert len(page.named("h1")) == len(page.named("main")) == len(page.named("title")) == 1
    headings = [int(tag[1]) for tag, _ in page.tags if tag in ("h1", "h2", "h3", "h4")]
    assert all(after <= before + 1 for before, after in pairwise(headings))
    assert len(page.named("caption")) == len(page.named("table")) > 3
    assert all(attributes.get("scope") in ("col", "row") for attributes in page.named("th"))
    fetching = {"script", "link", "img", "iframe", "object", "form"}
    assert not fetching & {tag for tag, _ in page.tags}
    assert not [attributes for _, attributes in page.tags if {"src", "href", "style"} & attributes.keys()]
    assert HOSTILE in page.text  # as text, not as a tag


def test_page_of_a_clean_return_shows_the_figures(clean: dict[str, Any], tmp_path: Path) -> None:
    page = page_of(tmp_path / "a", clean)
    assert "Accepted." in page.text
    assert "What was found" not in page.text
    assert "White 640 10 1.56% BME 192 4 2.08% Unknown 32 1 3.13% All staff 864 15 1.74%" in page.text
    assert "1.33, above the range of 0.8 to 1.25" in page.text
    assert not (tmp_path / "a" / "report.xlsx").exists()


def test_page_says_why_a_ratio_is_not_calculable(
    single: Any, validated: dict[str, ValidationResult], tmp_path: Path
) -> None:
    document = answer(single, validated["no white entries"])
    assert "not calculable: no white entries" in page_of(tmp_path / "a", document).text


def test_page_of_a_return_with_queries_asks_for_explanations(
    single: Any, validated: dict[str, ValidationResult], tmp_path: Path
) -> None:
    page = page_of(tmp_path / "a", answer(single, validated["not signed"]))
    assert "Accepted, with questions." in page.text
    assert "1 question about it needs an explanation." in page.text
    assert "Explanations sheet" in page.text


def test_page_of_an_unreadable_file_shows_no_figures(
    single: Any, validated: dict[str, ValidationResult], tmp_path: Path
) -> None:
    page = page_of(tmp_path / "a", answer(single, validated["unreadable"]))
    assert "No figure could be read." in page.text


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(minutes=1), "The deadline was 31 August 2022 at 23:59, so it will count as late"),
        (timedelta(days=31), "The collection closed on 30 September 2022 at 23:59: ask the national team first"),
    ],
)
def test_page_says_by_when(
    after: timedelta, words: str, single: Any, validated: dict[str, ValidationResult], tmp_path: Path
) -> None:
    received = single.year.deadline + after
    page = page_of(tmp_path / "a", answer(single, replace(validated["clean"], late=True), received_at=received))
    assert words in page.text
    assert ", after the deadline" in page.text


def test_page_says_what_is_special(single: Any, validated: dict[str, ValidationResult], tmp_path: Path) -> None:
    made = answer(
        single,
        validated["clean"],
        {"sent": False, "organisation_name": ""},
        simulated=True,
        clock_source="as_of",
    )
    page = page_of(tmp_path / "a", made)
    assert page.text.count("Simulated: no organisation sent this return") == 1
    assert "the clock was set by hand" in page.text
    assert "Checked on your own machine, nothing sent." in page.text
    assert "It is ready to be sent." in page.text
    assert "The return counts." not in page.text
    page = page_of(tmp_path / "b", {**made, "status": "superseded"})
    assert "A later return of yours was accepted" in page.text


def test_long_values_are_cut(single: Any, validated: dict[str, ValidationResult]) -> None:
    [finding] = answer(single, validated["long value"])["findings"]
    assert len(finding["value"]) == 200
    assert len(finding["message"]) < 200


def test_many_findings_are_counted_on_the_page_and_listed_in_the_workbook(
    single: Any, validated: dict[str, ValidationResult], tmp_path: Path
) -> None:
    page = page_of(tmp_path / "a", answer(single, validated["many findings"]))
    assert "And 100 more, which report.xlsx and report.csv list." in page.text
    assert openpyxl.load_workbook(tmp_path / "a" / "report.xlsx")["Findings"].max_row == 401


def test_reports_written_twice_are_the_same_bytes(
    rejected: dict[str, Any], clean: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "outbox" / "2022" / "RXX" / "receipt"
    write_reports(folder, rejected)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_reports(folder, rejected)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert sorted(first) == ["report.csv", "report.html", "report.json", "report.xlsx"]
    assert [path.name for path in folder.parent.iterdir()] == ["receipt"]
    write_reports(folder, clean)
    assert sorted(path.name for path in folder.iterdir()) == ["report.csv", "report.html", "report.json"]


def test_a_folder_appears_complete_or_not_at_all(
    rejected: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        if self.name == "report.xlsx":
            raise OSError("no space left")
        with self.open("wb") as file:
            return file.write(data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space left"):
        write_reports(tmp_path / "a", rejected)
    assert list(tmp_path.iterdir()) == []


def test_all_groups_have_their_labels(clean: dict[str, Any]) -> None:
    assert [row["group"] for row in clean["page"]["counts"]] == ["White", "BME", "Unknown", "All staff"]
    assert all(len(item["values"]) == len(ETHNIC_GROUPS) for item in clean["page"]["items"])
