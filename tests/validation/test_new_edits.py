"""A new edit over columns that are there is an expectation, an entry of the catalogue and its cases: no code."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.validation.test_national import covered, judged
from wres.returns.findings import ValidationResult
from wres.settings import package_data
from wres.validation import edit_catalogue
from wres.validation.quality import NO_FIGURES, NO_LAST_YEAR

AT_LEAST = "expect_column_pair_values_a_to_be_greater_than_b"
BETWEEN = "expect_column_values_to_be_between"
CONSULTANTS, TRAINEES = "workforce.medical.consultants", "workforce.medical.trainee_grades"
BAND_9, TOTAL = "workforce.clinical.band_9", "workforce.total"

# Code, suite, type, kwargs, meta, message, variants.
NEW_EDITS: list[tuple[str, str, str, dict[str, Any], dict[str, str], str, dict[str, str]]] = [
    ("S114", "structure_returns", BETWEEN, {"column": "S112", "max_value": 0}, {}, "{year}: never found here.", {}),
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
            "severity": "query" if code[0] in "QM" else "reject",
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

    monkeypatch.setattr(edit_catalogue, "package_data", lambda name: tmp_path / name)
    for cached in (edit_catalogue.load_catalogue, edit_catalogue.load_suites):
        cached.cache_clear()
    yield
    monkeypatch.undo()
    for cached in (edit_catalogue.load_catalogue, edit_catalogue.load_suites):
        cached.cache_clear()


def messages(judgement: ValidationResult) -> list[tuple[str, str]]:
    return [(finding.code, finding.message) for finding in judgement.findings]


def test_a_new_edit_of_the_nation_has_the_facts_of_its_subject() -> None:
    review = judged(coverage=covered(197, 200))
    assert [(finding.code, finding.message) for finding in review.findings] == [("M406", "197 of 200 in 2022.")]
    assert "M406" in review.edits_run


def test_a_clean_return_passes_the_new_edits_that_could_run(single: Any, two_year: Any) -> None:
    codes = {code for code, *_ in NEW_EDITS if code[0] != "M"}
    for desk in (single, two_year):
        judgement = desk.judge_one(desk.read())
        assert judgement.findings == []
        assert codes & judgement.edits_not_run.keys() == {"Q399"}
        assert judgement.edits_not_run["Q399"] == NO_LAST_YEAR
        assert codes - {"Q399"} <= set(judgement.edits_run)


def test_each_new_edit_finds_its_fault_where_it_stands(single: Any) -> None:
    changes = {(BAND_9, "white"): "5001", (TRAINEES, "bme"): "7", (TOTAL, "white"): None, (TOTAL, "bme"): "29"}
    changes |= {("workforce.total", "unknown"): None}
    judgement = single.judge_one(single.read(changes))
    found = dict(messages(judgement))
    band, trainees, total = (
        single.place(item, group).cell for item, group in ((BAND_9, "white"), (TRAINEES, "bme"), (TOTAL, "bme"))
    )
    assert found["V210"] == f"Clinical staff, band 9 (sheet Return, cell {band}) above 5,000."
    assert found["V211"].startswith(f"Trainee grades, BME (sheet Return, cell {trainees}): 7, but Consultants: 6.")
    assert found["V212"].endswith(f", BME (sheet Return, cell {total}): 29 is below 30.")
    assert found.keys() == {"V206", "V210", "V211", "V212"}
    places = {finding.code: (finding.item, finding.ethnic_group, finding.value) for finding in judgement.findings}
    assert places["V211"] == (TRAINEES, "bme", "7")
    assert judgement.status == "rejected"


def test_the_item_of_a_two_year_template_is_tested_there(two_year: Any) -> None:
    judgement = two_year.judge_one(two_year.read({("disciplinary.entered_previous_year", "white"): "501"}))
    assert "V213" in dict(messages(judgement))


def test_figures_with_findings_of_their_own_leave_the_new_edits_unrun(single: Any) -> None:
    unusable = {(TRAINEES, group): "x" for group in ("white", "bme", "unknown")}
    judgement = single.judge_one(single.read(unusable), last_year=single.last_year())
    assert judgement.edits_not_run["V211"] == judgement.edits_not_run["Q399"] == NO_FIGURES


def test_a_quality_edit_has_the_words_of_its_measures(single: Any) -> None:
    last_year = single.last_year(single.staffed(660, 200, 30))
    [judgement] = single.judge(single.submission(single.read(), last_year=last_year))
    assert dict(messages(judgement))["Q399"] == "890 staff, now 864."


def test_a_return_of_another_year_is_not_asked_about_its_figures(single: Any) -> None:
    judgement = single.judge_one(single.read(collection_year="2016"), last_year=single.last_year())
    assert "S107" in dict(messages(judgement))
    assert "S107" in judgement.edits_not_run["Q399"]
    assert "S114" in single.judge_one(single.unreadable()).edits_run
