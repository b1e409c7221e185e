"""The curve of accepted organisations, and its drawing."""

import re
from collections.abc import Callable
from datetime import date, datetime
from xml.etree import ElementTree

import pytest
from sqlalchemy import Engine

from wres.clock import LONDON
from wres.monitoring.cumulative_chart import chart_svg
from wres.monitoring.cumulative_returns import CumulativeReturns, Curves, cumulative_returns
from wres.reference.year_config import load_year, load_year_before

YEAR = load_year(2022)
Send = Callable[..., str]


def _at(when: str) -> datetime:
    return datetime.fromisoformat(when).replace(tzinfo=LONDON)


def test_an_organisation_counts_from_its_first_accepted_return(engine: Engine, send: Send) -> None:
    send(engine, "R0A", "2022-06-01T00:00")
    send(engine, "R0A", "2022-06-04T12:00")  # takes the place of the first, whose day stays
    send(engine, "R0B", "2022-06-02T12:00", "V203")
    send(engine, "R0B", "2022-06-03T23:59", "Q301")
    send(engine, "R1H", "2022-06-04T00:00")
    send(engine, "R1K", "2022-06-02T00:00", validate=False)
    curves = cumulative_returns(engine, YEAR, load_year_before(YEAR), _at("2022-06-06T08:00"))
    assert curves.now == CumulativeReturns(2022, date(2022, 6, 1), deadline=91, accepted=(1, 1, 2, 3, 3, 3))
    assert (curves.before, curves.last_day) == (None, 121)
    assert (curves.now.on(2), curves.now.on(6), curves.now.on(-1), curves.now.date_of(3)) == (
        2,
        None,
        None,
        date(2022, 6, 4),
    )


def test_last_year_is_shown_whole_beside_this_year_so_far(engine: Engine, send: Send) -> None:
    send(engine, "R0A", "2021-06-03T09:00")
    send(engine, "R1H", "2021-09-30T23:59")
    curves = cumulative_returns(engine, YEAR, load_year_before(YEAR), _at("2022-06-02T08:00"))
    assert curves.now.accepted == (0, 0)
    assert curves.before is not None
    assert len(curves.before.accepted) == 122
    assert [curves.before.on(day) for day in (1, 2, 120, 121)] == [0, 1, 1, 2]
    assert curves.days_shown()[:3] == [0, 1, 7]
    assert curves.days_shown()[-2:] == [119, 121]
    assert 91 in curves.days_shown()


def test_before_the_opening_there_is_no_curve_yet(engine: Engine) -> None:
    curves = cumulative_returns(engine, YEAR, load_year_before(YEAR), _at("2022-05-31T23:59"))
    assert curves.now.accepted == ()
    assert "not open yet" in chart_svg(curves, 209)


def test_the_first_year_has_none_before_it(engine: Engine) -> None:
    assert cumulative_returns(engine, load_year(2018), None, _at("2018-07-01T00:00")).before is None


def test_a_return_accepted_after_the_hard_close_is_on_the_curve(engine: Engine, send: Send) -> None:
    send(engine, "R0A", "2022-10-03T09:00")  # held open by hand
    curves = cumulative_returns(engine, YEAR, load_year_before(YEAR), _at("2022-10-05T09:00"))
    assert (curves.last_day, curves.now.accepted[-1]) == (124, 1)


def test_the_clock_of_the_day_is_londons(engine: Engine, send: Send) -> None:
    send(engine, "R0A", "2022-06-02T00:30")  # still 1 June in UTC
    assert cumulative_returns(engine, YEAR, load_year_before(YEAR), _at("2022-06-02T01:00")).now.accepted == (0, 1)


OPENS = date(2022, 6, 1)
TWO = Curves(
    CumulativeReturns(2022, OPENS, 91, tuple(range(60))),
    CumulativeReturns(2021, date(2021, 6, 1), 91, tuple(2 * n for n in range(122))),
    121,
)
ONE = Curves(TWO.now, None, 121)


@pytest.mark.parametrize(("shown", "lines"), [(TWO, {"now", "before"}), (ONE, {"now"})])
def test_the_drawing_is_sound_and_named(shown: Curves, lines: set[str]) -> None:
    drawing = ElementTree.fromstring(chart_svg(shown, 209))
    assert drawing.get("role") == "img"
    names = [part.get("id") for part in drawing if part.tag in ("title", "desc")]
    assert drawing.get("aria-labelledby") == " ".join(map(str, names))
    assert {part.get("class") for part in drawing if part.get("class") in ("now", "before")} == lines
    assert "By day 59 (30 July 2022) 59 of 209" in str(drawing.findtext("desc"))


def test_the_words_compare_with_the_same_day_of_last_year() -> None:
    assert "In 2021 it was 118 by the same day." in chart_svg(TWO, 209)


@pytest.mark.parametrize("most", [0, 1, 24, 209, 300, 7000])
@pytest.mark.parametrize("expected", [0, 209])
def test_all_lines_stay_on_the_drawing(most: int, expected: int) -> None:
    """Also when more were accepted last year than are expected now; and the scale has not too many steps."""
    shown = Curves(CumulativeReturns(2022, OPENS, 91, (0, most)), CumulativeReturns(2021, OPENS, 91, (most, most)), 121)
    drawing = ElementTree.fromstring(chart_svg(shown, expected))
    paths = " ".join(str(part.get("d")) for part in drawing if part.tag == "path")
    across = [float(x) for x in re.findall(r"[MH]([-\d.]+)", paths)]
    down = [float(y) for y in re.findall(r"(?:M[-\d.]+ |V)([-\d.]+)", paths)]
    assert (min(across) >= 0, max(across) <= 600, min(down) >= 0, max(down) <= 380) == (True,) * 4
    scale = [int(str(part.text)) for part in drawing if part.get("class") == "end" and str(part.text).isdigit()]
    assert max(scale) >= max(most, expected)
    assert 2 <= len(scale) <= 9
