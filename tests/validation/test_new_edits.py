"""A new edit over columns that are there is an expectation, an entry of the catalogue and its cases: no code."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.validation.test_national import TWO, covered, review_of
from wres.clock import LONDON
from wres.database.explanations import ExplainedQuery
from wres.feedback.presubmission import check_file, explain_check
from wres.returns import template_spec
from wres.returns.findings import ValidationResult
from wres.returns.template.template_writer import write_template
from wres.returns.template_spec import load_template
from wres.settings import load_settings, package_data
from wres.validation import edit_catalogue
from wres.validation.quality import NO_FIGURES, NO_LAST_YEAR

AT_LEAST = "expect_column_pair_values_a_to_be_greater_than_b"
BETWEEN = "expect_column_values_to_be_between"
CONSULTANTS, TRAINEES = "workforce.medical.consultants", "workforce.medical.trainee_grades"
BAND_9, TOTAL = "workforce.clinical.band_9", "workforce.total"


def where(column: str, operator: str, parameter: object) -> dict[str, Any]:
    """A condition on the rows that an expectation tests."""
    return {"type": "comparison", "column": {"name": column}, "operator": operator, "parameter": parameter}


# Code, suite, type, kwargs, meta, message, variants.
NEW_EDITS: list[tuple[str, str, str, dict[str, Any], dict[str, str], str, dict[str, str]]] = [
    ("S115", "structure_returns", BETWEEN, {"column": "S112", "max_value": 0}, {}, "{year}: never found here.", {}),
    ("V210", "values_figures", BETWEEN, {"column": "number", "max_value": 5000}, {}, "{item}{at} above {limit}.", {}),
    (
        "V211",
        "values_groups",
        AT_LEAST,
        {"column_A": CONSULTANTS, "column_B": TRAINEES, "or_equal": True, "ignore_row_if": "either_value_is_missing"},
        {},
        "{item}, {group}{at}: {value}, but {other_item}: {other}.",
        {},
    ),
    (
        "V212",
        "values_groups",
        BETWEEN,
        {"column": TOTAL, "min_value": 30},
        {"case": "few"},
        "-",
        {"few": "{item}, {group}{at}: {value} is below {limit}."},
    ),
    (
        "V213",
        "values_groups",
        BETWEEN,
        {"column": "disciplinary.entered_previous_year", "max_value": 500},
        {},
        "{item}{at}: {value}.",
        {},
    ),
    (
        "Q399",
        "quality_measures",
        BETWEEN,
        {"column": "staff_move", "max_value": 0.01},
        {},
        "{staff_before} staff, now {staff}.",
        {},
    ),
    (
        "S115",
        "structure_statements",
        "expect_column_values_to_match_regex",
        {"column": "organisation_code", "regex": "^R"},
        {"case_where_not_stated": "nothing"},
        "{sender}: {value}{at} does not begin as {organisation_code_asked} does.",
        {"nothing": "No code."},
    ),
    (
        "S116",
        "structure_cells",
        "expect_column_values_to_not_be_null",
        {"column": "given_cell", "row_condition": where("required", "==", False)},
        {"case": "optional"},
        "-",
        {"optional": "{item}, {group} is left out (required: {required}, given: {given})."},
    ),
    (
        "S117",
        "structure_returns",
        AT_LEAST,
        {"column_A": "hard_close", "column_B": "received_at", "ignore_row_if": "either_value_is_missing"},
        {},
        "The {sender_status} sender sent it on {received_at}; closed on {hard_close}.",
        {},
    ),
    (
        "V214",
        "values_figures",
        "expect_column_values_to_not_match_regex",
        {"column": "raw", "regex": "^0[0-9]"},
        {"together": "raw"},
        "{rows} figures are written as {raw}, which is {number}; first {item}, {group}{at}.",
        {},
    ),
    (
        "V215",
        "values_groups",
        BETWEEN,
        {
            "column": "disciplinary.entered",
            "max_value": {"$PARAMETER": "few_staff"},
            "row_condition": where("staff", "<", 100),
        },
        {"item": BAND_9},
        "{item}, {group}{at}: of {staff} staff at most {limit}, not {other} ({other_item}).",
        {},
    ),
    (
        "V216",
        "values_groups",
        "expect_multicolumn_values_to_be_equal",
        {"column_list": [CONSULTANTS, TRAINEES], "ignore_row_if": "any_value_is_missing"},
        {"together": TRAINEES},
        "{item}{at}: {value}, {other_item}: {other}.",
        {},
    ),
    (
        "V218",
        "values_groups",
        BETWEEN,
        {"column": TOTAL, "max_value": 1, "row_condition": where("staff", ">", 1_000_000)},
        {},
        "Of no return.",
        {},
    ),
    ("V217", "values_figures", BETWEEN, {"column": "number", "max_value": 4000}, {}, "{item}{at}: {value}.", {}),
    (
        "Q395",
        "quality_closing",
        "expect_column_values_to_not_match_regex",
        {"column": "given", "regex": "(?i)^hr$"},
        {},
        "The {part} is {value}{at}, not a role. {given}{signed}, {received}, {snapshot}.",
        {},
    ),
    (
        "Q396",
        "quality_cells",
        BETWEEN,
        {"column": "cell_off", "max_value": 11.5, "row_condition": where("cell_expected", "<", 10)},
        {"together": "cell_off"},
        "{rows} alike: {item}, {group}{at} is {cell}, not {cell_expected}; at most {limit} more.",
        {},
    ),
    (
        "Q397",
        "quality_measures",
        AT_LEAST,
        {"column_A": "entered_before", "column_B": "entered", "ignore_row_if": "either_value_is_missing"},
        {},
        "{entered} entries after {entered_before}.",
        {},
    ),
    (
        "M407",
        "national",
        BETWEEN,
        {"column": "unexplained", "max_value": 0},
        {"together": "unexplained"},
        "{rows} returns have {unexplained} open queries, above {limit}: {first} and {second}; first {codes}.",
        {},
    ),
    (
        "M406",
        "national",
        BETWEEN,
        {"column": "returned_percent", "min_value": 99},
        {},
        "{received} of {expected} in {year}.",
        {},
    ),
]


@pytest.fixture(autouse=True)
def _new_edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The shipped catalogue and suites with the new edits, in a temporary folder."""
    folder = shutil.copytree(package_data("expectations"), tmp_path / "expectations")
    entries = {}
    for code, suite, kind, kwargs, meta, message, variants in NEW_EDITS:
        path = folder / f"{suite}.json"
        content = json.loads(path.read_text("utf-8"))
        content["expectations"].append({"type": kind, "kwargs": kwargs, "meta": {"edit": code, **meta}})
        path.write_text(json.dumps(content), "utf-8")
        texts = {
            "title": "New",
            "stage": content["meta"]["stage"],
            "severity": "query" if code[0] in "QM" or code == "V217" else "reject",
            "meaning": "New.",
            "message": message,
            **{f"variants.{name}": text for name, text in variants.items()},
            "how_to_fix": "Check it.",
        }
        entries[code] = f"[{code}]\n" + "".join(f"{key} = {json.dumps(text)}\n" for key, text in texts.items())
    blocks = re.split(r"(?m)^(?=\[)", (folder / "edits.toml").read_text("utf-8"))
    shipped = {block[1:5]: block for block in blocks[1:]}
    assert not shipped.keys() & entries.keys()
    ordered = sorted({**shipped, **entries}.items(), key=lambda entry: ("SVQMR".index(entry[0][0]), entry[0]))
    (folder / "edits.toml").write_text(blocks[0] + "\n".join(block for _, block in ordered), "utf-8")

    for module in (edit_catalogue, template_spec):
        monkeypatch.setattr(module, "package_data", lambda name: tmp_path / name)
    cached = (
        edit_catalogue.load_catalogue,
        edit_catalogue.load_suites,
        template_spec._load_query_titles,
        template_spec._read_folder,
    )
    for function in cached:
        function.cache_clear()
    yield
    monkeypatch.undo()
    for function in cached:
        function.cache_clear()


def messages(result: ValidationResult) -> list[tuple[str, str]]:
    return [(finding.code, finding.message) for finding in result.findings]


def test_a_new_edit_of_the_nation_has_the_facts_of_its_subject() -> None:
    review = review_of(coverage=covered(197, 200))
    assert [(finding.code, finding.message) for finding in review.findings] == [("M406", "197 of 200 in 2022.")]
    assert "M406" in review.edits_run


def test_a_clean_return_passes_the_new_edits_that_could_run(single: Any, two_year: Any) -> None:
    codes = {code for code, *_ in NEW_EDITS if code[0] != "M"}
    for desk in (single, two_year):
        result = desk.validate_one(desk.read())
        assert result.findings == []
        compared = {"Q396", "Q397", "Q399"}
        assert codes & result.edits_not_run.keys() == compared
        assert {result.edits_not_run[code] for code in compared} == {NO_LAST_YEAR}
        assert codes - compared <= set(result.edits_run)


def test_each_new_edit_finds_its_fault_where_it_stands(single: Any) -> None:
    changes = {(BAND_9, "white"): "5001", (TRAINEES, "bme"): "7", (TOTAL, "white"): None, (TOTAL, "bme"): "29"}
    changes |= {("workforce.total", "unknown"): None}
    result = single.validate_one(single.read(changes))
    texts = dict(messages(result))
    band, trainees, total = (
        single.place(item, group).cell for item, group in ((BAND_9, "white"), (TRAINEES, "bme"), (TOTAL, "bme"))
    )
    assert texts["V210"] == f"Clinical staff, band 9 (sheet Return, cell {band}) above 5,000."
    assert texts["V211"].startswith(f"Trainee grades, BME (sheet Return, cell {trainees}): 7, but Consultants: 6.")
    assert texts["V212"].endswith(f", BME (sheet Return, cell {total}): 29 is below 30.")
    assert texts["S116"] == "Total workforce, Unknown is left out (required: no, given: no)."
    assert texts["V216"].startswith(f"Trainee grades (sheet Return, cell {trainees}): 7, Consultants: 6.")
    assert texts.keys() == {"S116", "V206", "V210", "V211", "V212", "V216", "V217"}
    places = {finding.code: (finding.item, finding.ethnic_group, finding.value) for finding in result.findings}
    assert places["V211"] == (TRAINEES, "bme", "7")
    assert result.status == "rejected"


def test_the_item_of_a_two_year_template_is_tested_there(two_year: Any) -> None:
    result = two_year.validate_one(two_year.read({("disciplinary.entered_previous_year", "white"): "501"}))
    assert "V213" in dict(messages(result))


def test_figures_with_findings_of_their_own_leave_the_new_edits_unrun(single: Any) -> None:
    unusable = {(TRAINEES, group): "x" for group in ("white", "bme", "unknown")}
    result = single.validate_one(single.read(unusable), last_year=single.last_year())
    assert result.edits_not_run["V211"] == result.edits_not_run["Q399"] == NO_FIGURES


def test_a_quality_edit_has_the_words_of_its_measures(single: Any) -> None:
    last_year = single.last_year(single.staffed(660, 200, 30))
    [result] = single.validate(single.submission(single.read(), last_year=last_year))
    assert dict(messages(result))["Q399"] == "890 staff, now 864."


def test_findings_of_the_same_value_are_one_finding_of_each_return(single: Any) -> None:
    written = {(BAND_9, group): "006" for group in ("white", "bme")} | {(TRAINEES, "bme"): "06"}
    first, second = single.validate(*(single.submission(single.read(changes)) for changes in (written, written)))
    for result in (first, second):
        same = [finding for finding in result.findings if finding.code == "V214"]
        assert [(finding.item, finding.value) for finding in same] == [(TRAINEES, "06"), (BAND_9, "006")] or [
            (finding.item, finding.value) for finding in same
        ] == [(BAND_9, "006"), (TRAINEES, "06")]
        assert any(
            finding.message.startswith("2 figures are written as 006, which is 6; first Clinical staff, band 9, White")
            for finding in same
        )
        assert len(same) == 2


def test_a_condition_on_rows_and_a_threshold_of_the_year_work_in_every_suite(single: Any) -> None:
    [finding] = [
        finding
        for finding in single.validate_one(single.read({("disciplinary.entered", "unknown"): "21"})).findings
        if finding.code == "V215"
    ]
    assert (finding.item, finding.ethnic_group) == (BAND_9, "unknown")
    assert finding.message == (
        f"Clinical staff, band 9, Unknown (sheet Return, cell {finding.cell}): "
        "of 32 staff at most 20, not 21 (Staff who entered the process in the year)."
    )


def test_statements_receipts_and_sign_offs_name_the_columns_of_their_frames(single: Any) -> None:
    late = single.year.hard_close + timedelta(minutes=1)
    read = single.read(organisation_code="QXX", signoff_role="HR")
    texts = dict(messages(single.validate_one(read, received_at=late)))
    assert texts["S115"] == "RXX: QXX (sheet Return, cell B1) does not begin as RXX does."
    assert texts["S117"].startswith("The expected sender sent it on ")
    assert texts["S117"].endswith(f"closed on {single.year.hard_close.astimezone(LONDON):%-d %B %Y at %H:%M}.")
    assert texts["Q395"].startswith("The role is HR (sheet Return, cell B5), not a role. HR, ")
    assert texts["Q395"].endswith("31 March 2022.")
    assert dict(messages(single.validate_one(single.read(organisation_code=None))))["S115"] == "No code."


def test_quality_edits_compare_two_columns_and_may_have_conditions(single: Any) -> None:
    changes = {(BAND_9, "white"): "50", (TRAINEES, "white"): "50"}
    last_year = single.last_year({**changes, ("disciplinary.entered", "white"): "3"})
    pairs = messages(single.validate_one(single.read(), last_year=last_year))
    alike = [message for code, message in pairs if code == "Q396" and re.match(r"\d\d alike: ", message)]
    assert [re.sub(r".*, White \(.*\) is", "", message) for message in alike] == [" 20, not 8; at most 11.5 more."]
    assert ("Q397", "15 entries after 8.") in pairs


def test_a_national_edit_may_put_returns_together() -> None:
    queries = [ExplainedQuery(f"2022-{code}-001", code, "Q303", "m") for code in ("RAA", "RBB")]
    review = review_of(coverage=covered(200, 200), returns=TWO, queries=queries)
    assert [(finding.place, finding.message) for finding in review.findings if finding.code == "M407"] == [
        ("RAA", "2 returns have 1 open queries, above 0: RAA and RBB; first Q303.")
    ]


def test_a_sender_is_told_of_new_edits_and_can_explain_them(single: Any, tmp_path: Path) -> None:
    """The template asks for an explanation, the check counts it, and every file of the report has the edit."""
    template = load_template(single.year.template_version)
    assert template.queries["V217"] == "New"
    figures = {key: Decimal(value) for key, value in single.figures({(BAND_9, "white"): "4001"}).items()}
    del figures["workforce.total", "white"]
    texts = {"signoff.name": "A Director", "signoff.role": "Director", "signoff.date": "2022-06-30"}
    path, report = tmp_path / "return.xlsx", tmp_path / "report"
    for explanation in ({}, {"explanation.V217": "A merger."}):
        write_template(path, template, single.year, "RXY", "Example", figures=figures, texts=texts | explanation)
        document = check_file(load_settings(), path, None, report)
        codes = [finding["code"] for finding in document["findings"]]
        assert "V217" in codes
        assert [query["code"] for query in document["page"]["explained"]] == ["V217"] * bool(explanation)
    page = (report / "report.html").read_text("utf-8")
    assert "V217 New" in page
    assert "A merger." in page
    assert "V217" in (report / "report.csv").read_text("utf-8")
    assert any("Not run: " in sentence for sentence in explain_check(document, "return.xlsx"))


def test_a_return_of_another_year_is_not_asked_about_its_figures(single: Any) -> None:
    result = single.validate_one(single.read(collection_year="2016"), last_year=single.last_year())
    assert "S107" in dict(messages(result))
    assert "S107" in result.edits_not_run["Q399"]
    assert "S115" in single.validate_one(single.unreadable()).edits_run
