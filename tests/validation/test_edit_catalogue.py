"""The catalogue, the suites and the method name the same edits."""

import json
import re
import shutil
from pathlib import Path

import pytest

from wres.errors import WresError
from wres.returns.template_spec import load_template, template_versions
from wres.settings import package_data
from wres.validation.edit_catalogue import load_catalogue, load_suites, read_catalogue, read_suites
from wres.validation.gx_adapter import EditExecutionError

# Retyped from docs/method.md: an edit that is dropped, added or renumbered has to be so in both places.
SEVERITIES = {
    **dict.fromkeys(
        (f"S{n}" for n in (101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114)), "reject"
    ),
    **dict.fromkeys((f"V{n}" for n in (201, 202, 203, 204, 205, 206, 207, 208, 209)), "reject"),
    **dict.fromkeys((f"Q{n}" for n in (301, 302, 303, 304, 305, 306, 307, 308, 309, 310)), "query"),
    **dict.fromkeys((f"Q{n}" for n in (321, 322, 323, 324, 325, 326, 327, 328, 329, 330, 331, 332)), "query"),
    **dict.fromkeys((f"M{n}" for n in (401, 402, 403, 404, 405)), "query"),
    **dict.fromkeys((f"R{n}" for n in (501, 502, 503, 504, 505, 506)), "reject"),
}
WITHDRAWN = [f"Q{n}" for n in (301, 302, 303, 304, 305, 306, 307)]
OF_THIS_PROJECT = ["S114", "R506", *(f"Q{n}" for n in (310, *range(321, 333)))]
IN_CODE = ["R501", "R502", "R503", "R504", "R505"]
IN_SUITES = [code for code in SEVERITIES if code not in (*WITHDRAWN, *IN_CODE)]


def test_the_catalogue_holds_every_edit_of_the_method() -> None:
    assert {code: edit.severity for code, edit in load_catalogue().items()} == SEVERITIES


def test_the_method_lists_these_codes(shared: Path) -> None:
    lines = (shared / "method.md").read_text("utf-8").splitlines()
    codes = [line.split("|")[1].strip() for line in lines if line.count("|") == 3]
    assert [code for code in codes if code[1:].isdigit() and code[0].isalpha()] == [
        code for code in SEVERITIES if code not in OF_THIS_PROJECT
    ]


def test_an_edit_that_is_withdrawn_keeps_its_code_and_texts() -> None:
    catalogue = load_catalogue()
    assert [code for code, edit in catalogue.items() if edit.withdrawn] == WITHDRAWN
    for code in WITHDRAWN:
        replacements = re.findall(r"Q\d\d\d", catalogue[code].withdrawn or "")
        assert replacements
        assert all(catalogue[replacement].withdrawn is None for replacement in replacements)


def test_the_suites_hold_every_edit_that_is_not_code() -> None:
    held = {rule["meta"]["edit"] for suite in load_suites().values() for rule in suite["expectations"]}
    assert sorted(held) == sorted(IN_SUITES)


def test_every_item_that_is_part_of_another_has_its_expectation() -> None:
    compared = {
        (suite["kwargs"]["column_B"], suite["kwargs"]["column_A"])
        for suite in load_suites()["groups"]["expectations"]
        if suite["meta"]["edit"] == "V207"
    }
    for version in template_versions():
        assert {(item.code, item.part_of) for item in load_template(version).items if item.part_of} == compared


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "Negative"\n', "", r"Edit V203 .*title"),
        ('title = "Negative"', 'title = " "', "Edit V203 .* blank"),
        ('title = "Negative"', "title = 3", "Edit V203 .* no text: title"),
        ('title = "Negative"', 'titel = "Negative"', "Edit V203 .*(no title|unknown key titel)"),
        ("[V203]", "[V210]", "in order: move V204"),
        ("[V203]", "[Q203]", "has the code Q203"),
        ("[V203]", "[V2030]", "has the code V2030"),
        ('stage = "structure"', 'stage = "values"', "Edit S101 .* stage"),
        ('severity = "reject"', 'severity = "fatal"', "Edit S101 .* severity"),
        ("{detail}{at}.", "{detail}{at.", "Edit S101 .* brace"),
        ("{detail}{at}.", "{detail}{}.", "Edit S101 .* plain name"),
        ("[V203]", "[V203", "cannot be read"),
    ],
)
def test_a_faulty_catalogue_is_refused(old: str, new: str, words: str, tmp_path: Path) -> None:
    text = (package_data("expectations") / "edits.toml").read_text("utf-8")
    assert old in text
    faulty = tmp_path / "edits.toml"
    faulty.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(WresError, match=words):
        read_catalogue(faulty)


def test_a_catalogue_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WresError, match=r"none\.toml cannot be read"):
        read_catalogue(tmp_path / "none.toml")


def test_an_edit_without_an_expectation_stops_the_pipeline(tmp_path: Path) -> None:
    suites = _copy(tmp_path)
    _change(suites / "values_figures.json", lambda suite: suite["expectations"].pop(2))
    with pytest.raises(EditExecutionError, match="no suite holds V203"):
        read_suites(suites)


def test_an_edit_in_a_suite_of_another_stage_stops_the_pipeline(tmp_path: Path) -> None:
    suites = _copy(tmp_path)
    _change(suites / "values_figures.json", lambda suite: suite["meta"].update(stage="structure"))
    with pytest.raises(EditExecutionError, match="V201, which is not an edit of its stage"):
        read_suites(suites)


def test_a_suite_for_another_frame_stops_the_pipeline(tmp_path: Path) -> None:
    suites = _copy(tmp_path)
    _change(suites / "values_figures.json", lambda suite: suite["meta"].update(frame="groups"))
    with pytest.raises(EditExecutionError, match="for the frame groups, not figures"):
        read_suites(suites)


def test_a_case_that_the_edit_does_not_have_stops_the_pipeline(tmp_path: Path) -> None:
    suites = _copy(tmp_path)
    _change(suites / "values_groups.json", lambda suite: suite["expectations"][0]["meta"].update(case="median"))
    with pytest.raises(EditExecutionError, match="the case median, which V205 does not have"):
        read_suites(suites)


def test_a_key_of_meta_that_nothing_reads_stops_the_pipeline(tmp_path: Path) -> None:
    suites = _copy(tmp_path)
    _change(suites / "values_groups.json", lambda suite: suite["expectations"][0]["meta"].update(togehter="staff"))
    with pytest.raises(EditExecutionError, match="the unknown key togehter in the meta of V205"):
        read_suites(suites)


def _copy(folder: Path) -> Path:
    return shutil.copytree(package_data("expectations"), folder / "expectations")


def _change(path: Path, change: object) -> None:
    suite = json.loads(path.read_text("utf-8"))
    change(suite)  # type: ignore[operator]
    path.write_text(json.dumps(suite), "utf-8")
