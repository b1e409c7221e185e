"""A correction that cannot be made stops the build, and nothing else, in a sentence that says what to do."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wres import steps
from wres.errors import WresError
from wres.settings import Settings

Wres = Callable[..., tuple[int, str, str]]
ENTERED = "disciplinary.entered"


def trace(wres: Wres, organisation: str = "RXY") -> list[dict[str, str]]:
    status, out, err = wres("trace", "2022", organisation, "--format", "json")
    assert (status, err) == (0, "")
    return [row for row in json.loads(out) if row["item"] == ENTERED]


def test_another_figure_from_the_sender_stops_the_build_in_a_plain_sentence(
    send_two: Callable[..., Any], correct: Callable[..., Any], wres: Wres
) -> None:
    send_two()
    correct(f"RJ1,{ENTERED},white,30,31", f"RXY,{ENTERED},bme,19,9")
    standing = steps.build(steps.open_context(2022))
    send_two(entered="8")
    status, out, err = wres("build", "2022", "--as-of", "2022-06-11T12:00")
    assert (status, out) == (2, "")
    assert err == (
        "corrections/2022.csv, line 3: the 2022 return of RXY that now counts has 8 for disciplinary.entered (bme), "
        "not the 19 that was to be corrected; take the line out if that is right, or put the new figure under from.\n"
    )
    assert trace(wres)[0]["build"] == standing["build"]  # the last build still stands
    correct(f"RJ1,{ENTERED},white,30,31")
    assert steps.build(steps.open_context(2022))["build"] != standing["build"]
    send_two(entered="19")  # sent again as it was, and as it was corrected
    correct(f"RJ1,{ENTERED},white,30,31", f"RXY,{ENTERED},bme,19,9")
    steps.build(steps.open_context(2022))
    assert (trace(wres)[0]["value"], trace(wres)[0]["receipt"]) == ("9", "2022-RXY-003")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([f"RZZ,{ENTERED},bme,19,9"], "line 2: 'RZZ' is not in the register; look it up: wres organisations list."),
        (
            [f"RR8,{ENTERED},bme,19,9"],
            "line 2: RR8 has no 2022 return that counts; take the line out until it has one.",
        ),
        (
            ["RXY,workforce.total,bme,100,90"],
            "line 2: the 2022 return of RXY states no workforce.total (bme); take it out.",
        ),
        (
            [f"RXY,{ENTERED},bme,19,101"],
            (
                "line 2: with this the return of RXY would be rejected (V205: 101 people would have entered of 100 "
                "staff (bme)); correct the figures that belong together as well."
            ),
        ),
        (
            ["RXY,workforce.clinical.band_5,bme,100,18", "RXY,workforce.clinical.band_6,bme,0,0.5"],
            "line 3: to is '0.5', no number of people; give a whole number.",
        ),
        (
            ["RJ1,workforce.total,white,500,499", "RXY,workforce.clinical.band_5,bme,100,18"],
            "line 2: the 2022 return of RJ1 states no workforce.total (white); take it out.",
        ),
    ],
)
def test_a_correction_that_cannot_be_made_stops_the_build(
    send_two: Callable[..., Any], correct: Callable[..., Any], lines: list[str], message: str
) -> None:
    send_two()
    correct(*lines)
    with pytest.raises(WresError) as raised:
        steps.build(steps.open_context(2022))
    assert str(raised.value) == f"corrections/2022.csv, {message}"


def test_a_stated_total_is_corrected_with_its_rows(send_two: Callable[..., Any], correct: Callable[..., Any]) -> None:
    send_two(**{"workforce.total": (1000, 100, 10)})
    correct("RXY,workforce.clinical.band_5,bme,100,90")
    with pytest.raises(WresError, match=r"V206: workforce.total would be 100, but the rows .* add to 90 \(bme\)"):
        steps.build(steps.open_context(2022))
    correct("RXY,workforce.clinical.band_5,bme,100,90", "RXY,workforce.total,bme,100,90")
    assert steps.build(steps.open_context(2022))["organisations"] == 2


@pytest.mark.parametrize("year", [2021, 2022])
def test_what_a_collection_receives_does_not_wait_for_a_file_of_corrections(
    send_two: Callable[..., Any], correct: Callable[..., Any], settings: Settings, year: int
) -> None:
    settings.corrections.mkdir(parents=True)
    (settings.corrections / f"{year}.csv").write_text("no corrections at all\n")
    send_two()
    assert Path(settings.outbox / "2022" / "RXY" / "2022-RXY-001" / "report.json").is_file()
