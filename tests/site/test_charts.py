"""The drawings: marks lie where their figures say, nothing is joined across a break, every figure is in the words."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from html import unescape
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.charts.bars import Bar, range_bars
from wres.charts.comparison import comparison_chart, strip_chart
from wres.charts.funnel import funnel_chart, funnel_of
from wres.charts.picture import STYLE, render_picture
from wres.charts.svg import WIDTH, Chart, chart, ratio_scale, text
from wres.charts.trend import likelihood_trend, ratio_trend
from wres.outputs.formatting import PublishedRow
from wres.outputs.table_schema import load_specification

RATIO = "relative_likelihood"
ratios = st.floats(min_value=0.0, max_value=1000.0, allow_nan=False)


def row(table: str, year: int = 2022, hidden: Sequence[str] = (), **figures: Any) -> PublishedRow:
    columns = {column.name: column for column in load_specification().tables[table].columns}
    exact = {name: Decimal(value) if columns[name].datatype == "decimal" and value is not None else value
             for name, value in figures.items()}  # fmt: skip
    return PublishedRow(
        columns, {**dict.fromkeys(columns), "collection_year": year, **exact, "suppressed": list(hidden)}
    )


def year(number: int, ratio: Any, lower: Any = None, upper: Any = None, **more: Any) -> PublishedRow:
    ends = {"relative_likelihood_lower": lower, "relative_likelihood_upper": upper}
    return row("organisation_series", number, **{RATIO: ratio, **ends, "complete": True, **more})


def paths(drawn: Chart, kind: str) -> list[list[tuple[float, float]]]:
    """The points of every path of exactly these classes."""
    paths = re.findall(rf'<path class="{re.escape(kind)}" d="([^"]+)"/>', drawn.svg)
    return [[(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", path)] for path in paths]


def texts(drawn: Chart) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawn.svg)


@given(st.lists(ratios, max_size=8), ratios, ratios)
def test_a_scale_keeps_order_and_stays_on_the_paper(seen: list[float], first: float, second: float) -> None:
    scale = ratio_scale(seen, 300.0, 20.0)
    low, high = sorted((first, second))
    assert 20.0 <= scale.at(high) <= scale.at(low) <= 300.0
    assert all(scale.holds(ratio) for ratio in seen) or scale.low == 0.1


@given(st.floats(min_value=0.5, max_value=2.0))
def test_twice_as_likely_is_as_far_from_equal_as_half_as_likely(ratio: float) -> None:
    scale = ratio_scale([], 300.0, 20.0)
    assert scale.at(ratio) - scale.at(1) == pytest.approx(scale.at(1) - scale.at(1 / ratio))


def test_a_line_joins_years_that_follow_each_other_and_stops_at_a_break_and_at_a_gap() -> None:
    years = [year(2018, 1.5), year(2019, 1.4), year(2020, 1.3), year(2021, 1.2), year(2023, 1.1)]
    drawn = ratio_trend(years, frozenset({2020}))
    points = {2018 + number: x for number, x in enumerate(x for x in (79.7, 144.3, 209.0, 273.7, 338.3, 403.0))}
    joined = [(line[0][0], line[1][0]) for line in paths(drawn, "line own")]
    assert joined == [
        (pytest.approx(points[2018], abs=4), pytest.approx(points[2019], abs=4)),
        (pytest.approx(points[2020], abs=4), pytest.approx(points[2021], abs=4)),
    ]
    assert len(paths(drawn, "dot own")[0]) == 5
    (marked,) = paths(drawn, "break")
    assert joined[0][1] < marked[0][0] < joined[1][0]
    assert "break" in texts(drawn)


def test_every_year_is_in_the_words_with_its_interval_or_why_there_is_none() -> None:
    held = row("organisation_series", 2021, hidden=[RATIO])
    drawn = ratio_trend([year(2020, None), held, year(2022, "1.83", "0.83", "4.00")], frozenset())
    assert drawn.words == "2020: cannot be calculated; 2021: not published (small numbers); 2022: 1.83 (0.83 to 4.00)."
    assert {"[z]", "[c]", "1.83"} <= set(texts(drawn))
    assert f'role="img" aria-label="{drawn.title}. {drawn.words}"' in drawn.svg


def test_an_interval_that_leaves_the_scale_has_no_cap_there() -> None:
    inside = ratio_trend([year(2022, 1.0, 0.6, 1.7)], frozenset())
    beyond = ratio_trend([year(2022, 9.0, 0.5, 60.0)], frozenset())
    assert len(paths(inside, "interval")) == 3
    assert len(paths(beyond, "interval")) == 2


def test_a_year_made_of_a_part_is_hollow() -> None:
    drawn = ratio_trend([year(2021, 1.0, complete=False), year(2022, 1.1)], frozenset())
    assert len(paths(drawn, "hollow")[0]) == 1
    assert not paths(ratio_trend([year(2022, 1.1)], frozenset()), "hollow")


@pytest.mark.parametrize("figure", ["0.8", "0", "100"])
def test_labels_at_the_ends_of_lines_do_not_lie_on_each_other_nor_leave_the_drawing(figure: str) -> None:
    same = {f"{group}_likelihood_percent": figure for group in ("bme", "white", "overall")}
    drawn = likelihood_trend([row("organisation_series", 2022, complete=True, **same)], frozenset())
    heights = sorted(float(y) for y in re.findall(r'y="([\d.]+)" class="name', drawn.svg))
    assert len(heights) == 6
    assert min(high - low for low, high in pairwise(heights)) >= 16
    assert heights[0] >= 16
    assert heights[-1] <= float(re.findall(r'viewBox="0 0 \d+ (\d+)"', drawn.svg)[0])
    assert drawn.words == f"2022: BME {figure}%, White {figure}%, All {figure}%."


@pytest.mark.parametrize("draw", [ratio_trend, likelihood_trend])
@pytest.mark.parametrize("count", [1, 5, 8, 11])
def test_years_at_the_foot_do_not_lie_on_each_other_and_the_last_is_there(
    draw: Callable[..., Chart], count: int
) -> None:
    same = {f"{group}_likelihood_percent": "0.8" for group in ("bme", "white", "overall")}
    years = range(2030 - count, 2030)
    drawn = draw([row("organisation_series", year, complete=True, **same) for year in years], frozenset())
    written = {int(word): float(x) for x, word in re.findall(r'<text x="([\d.]+)"[^>]*>(20\d\d)<', drawn.svg)}
    assert max(written) == 2029
    assert all(right - left >= 46.5 for left, right in pairwise(sorted(written.values())))


@pytest.mark.parametrize("count", [1, 3, 5, 8])
def test_the_last_ratio_stands_in_the_drawing(count: int) -> None:
    drawn = ratio_trend([year(2029 - number, "1.83") for number in reversed(range(count))], frozenset())
    *_, (place, kind) = re.findall(r'<text x="([\d.]+)" y="[\d.]+" class="([\w ]*strong)">1.83<', drawn.svg)
    assert (kind == "end strong" and float(place) == WIDTH) or float(place) <= WIDTH - 50


@given(st.lists(st.integers(0, 300), min_size=3, max_size=3), st.one_of(st.none(), st.integers(0, 100)))
def test_a_bar_is_as_long_as_its_parts_and_the_goal_lies_at_its_share(counts: list[int], goal: int | None) -> None:
    within, above, below = counts
    drawn = range_bars([Bar(2022, {"within": within, "above": above, "below": below}, goal)], "words")
    widths = {
        kind: float(width)
        for kind, width in re.findall(r'<rect class="(\w+)" x="[\d.]+" y="50" width="([\d.-]+)"', drawn.svg)
    }
    total = sum(counts)
    for kind, count in zip(("within", "above", "below"), counts, strict=True):
        if count:
            assert widths[kind] == pytest.approx(376 * count / total - 1, abs=0.06)
        else:
            assert kind not in widths
    assert bool(paths(drawn, "goal")) == (goal is not None)
    if goal is not None:
        assert paths(drawn, "goal")[0][0][0] == pytest.approx(50 + 3.76 * goal, abs=0.06)


def test_no_goal_is_drawn_where_some_ranges_are_held_back() -> None:
    drawn = range_bars([Bar(2022, {"within": 3, "held_back": 9}, 90)], "words")
    assert not paths(drawn, "goal")
    assert "Not published (small numbers)" in texts(drawn)


def funnel_row(code: str, size: Any, figure: Any, outside: bool | None = False) -> PublishedRow:
    limits = {"lower_95": "0.41", "upper_95": "4.20"}
    return row("funnel", code=code, name=code, size=size, figure=figure, outside_95=outside, measure=RATIO, **limits)  # type: ignore[arg-type]


NATION = {"bme_entered": 600, "white_entered": 2100, "bme_headcount": 80_000, "white_headcount": 266_000}


def test_what_chance_alone_would_leave_within_is_a_bracket_and_a_new_series_begins_below_a_dashed_line() -> None:
    plain = Bar(2021, {"within": 3, "above": 5}, 76)
    bar = Bar(2022, {"within": 3, "above": 5}, 90, by_chance=(35.0, 41.2, 47.6), begins_series=True)
    drawn = range_bars([plain, bar], "words")
    assert drawn.svg.count('class="chance"') == 2
    assert drawn.svg.count('class="break"') == 1
    assert range_bars([plain], "words").svg.count('class="chance"') == 0


def test_an_organisation_beyond_its_limits_has_another_shape() -> None:
    rows = [funnel_row("A", 20, 1.0), funnel_row("B", 30, 3.0, outside=True), funnel_row("C", None, None, outside=None)]
    funnel = funnel_of("NHS trusts", rows, row("national", **NATION))  # type: ignore[arg-type]
    drawn = funnel_chart(funnel, [], "Words.")
    assert [len(paths(drawn, kind)[0]) for kind in ("other", "other outside", "hollow")] == [1, 1, 1]
    assert drawn.words == "Words. 2 organisations are drawn. 1 more cannot be drawn."


def test_the_curves_close_around_the_national_value() -> None:
    funnel = funnel_of("NHS trusts", [funnel_row("A", 1000, 1.0)], row("national", **NATION))  # type: ignore[arg-type]
    drawn = funnel_chart(funnel, [], "")
    assert len(paths(drawn, "limit-95")) == len(paths(drawn, "limit-99_8")) == 2
    lower, upper = paths(drawn, "limit-95")
    nation = funnel.scale.at(600 / 80_000 / (2100 / 266_000))
    assert upper[-1][1] < nation < lower[-1][1]
    assert [y for _, y in upper] == sorted(y for _, y in upper)
    assert [y for _, y in lower] == sorted((y for _, y in lower), reverse=True)


def test_the_curves_go_where_the_published_limits_are() -> None:
    """For an organisation with the nation's own mix of staff the published limits and the curves are the same."""
    from wres.indicators.statistics.funnel_limits import funnel_limits

    share = 600 / 2700
    count = funnel_limits(100.0, share, 0.025)[1]  # type: ignore[arg-type]
    published = count / (100 - count) * 266_000 / 80_000
    funnel = funnel_of("NHS trusts", [funnel_row("A", 100, 1.0)], row("national", **NATION))  # type: ignore[arg-type]
    upper = paths(funnel_chart(funnel, [], ""), "limit-95")[1]
    assert upper[-1][1] == pytest.approx(funnel.scale.at(published), abs=0.1)  # type: ignore[arg-type]


def test_without_national_counts_no_curve_is_drawn() -> None:
    hidden = row("national", hidden=["bme_entered"], **{**NATION, "bme_entered": None})  # type: ignore[arg-type]
    assert not paths(funnel_chart(funnel_of("NHS trusts", [funnel_row("A", 9, 1.0)], hidden), [], ""), "limit-95")


def test_any_number_of_organisations_gives_a_drawing_of_bounded_size() -> None:
    rows = [funnel_row(str(number), 1 + number * 7 % 1009, 0.1 + number * 13 % 997 / 100) for number in range(20_000)]
    drawn = funnel_chart(funnel_of("NHS trusts", rows, None), [], "")
    assert len(drawn.svg) < 30_000
    assert "20,000 organisations are drawn" in drawn.words


def test_a_comparison_says_each_name_and_figure_and_escapes_it() -> None:
    east = row("region", **{RATIO: "1.20", "relative_likelihood_lower": "0.90", "relative_likelihood_upper": "1.60"})  # type: ignore[arg-type]
    drawn = comparison_chart("Beside <others>", [("East & West", east, True), ("North", row("region"), False)])
    assert drawn.words == "East & West: 1.20 (0.90 to 1.60); North: cannot be calculated."
    assert "Beside &lt;others&gt;. East &amp; West: 1.20" in drawn.svg
    assert "East &amp; West" in texts(drawn)


def test_a_quote_in_a_name_stays_in_the_text_alternative() -> None:
    drawn = chart('"><script>', "words", 10, [text(1, 2, "<b>")])
    assert "<script>" not in drawn.svg
    assert "<b>" not in drawn.svg


def test_a_strip_keeps_its_order_and_marks_its_own_and_what_rests_on_few_people() -> None:
    own_row = row("organisation", **{RATIO: "1.20", "reliability": "reliable"})  # type: ignore[arg-type]
    few = row("organisation", **{RATIO: "3.00", "reliability": "low"})  # type: ignore[arg-type]
    hidden = row("organisation", hidden=[RATIO])
    drawn = strip_chart(
        "Peers", [("Own", own_row, True), ("Long Name of an NHS Foundation Trust", few, False), ("C", hidden, False)]
    )
    assert drawn.words == "Own: 1.20; Long Name of an NHS Foundation Trust: 3.00 [u]; C: not published (small numbers)."
    assert [text for text in texts(drawn) if not re.fullmatch(r"[\d.]+", text)] == [
        "Own",
        "Long Name of an",
        "3.00 [u]",
        "C",
        "[c]",
    ]
    ((own_dot,),) = paths(drawn, "marked large")
    ((other_dot,),) = paths(drawn, "peer")
    assert own_dot[1] < other_dot[1]
    assert own_dot[0] < other_dot[0]


@given(st.lists(st.tuples(st.text(max_size=80), st.one_of(st.none(), ratios)), min_size=1, max_size=11))
def test_no_name_of_a_strip_is_long_and_no_ratio_below_it_lies_on_another(
    named: list[tuple[str, float | None]],
) -> None:
    rows = [
        (name, row("organisation", **{RATIO: None if ratio is None else f"{ratio:.2f}"}), False)  # type: ignore[arg-type]
        for name, ratio in named
    ]
    drawn = strip_chart("Peers", rows)
    below = sorted(float(x) for x in re.findall(r'<text x="([\d.]+)" y="[\d.]+" class="middle small">', drawn.svg))
    assert all(right - left >= 33.9 for left, right in pairwise(below))
    names = re.findall(r'<text x="0" [^>]*>([^<]*)</text>', drawn.svg)
    assert len(names) == len(named)
    assert all(len(unescape(name)) <= 25 for name in names)


def test_a_picture_stands_by_itself() -> None:
    drawn = comparison_chart("Beside <others>", [("East & West", year(2022, "1.20", "0.90", "1.60"), True)])
    picture = render_picture(drawn, "A & B. WRES indicator 3")
    root = ElementTree.fromstring(picture)
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == "Beside <others>. A & B. WRES indicator 3"
    assert root.findtext(f"{space}desc") == drawn.words
    style = root.findtext(f"{space}style") or ""
    used = {name for part in root.iter() for name in part.get("class", "").split()}
    for name in used - {"drawing"}:
        assert f".{name}" in style or name in {"small"}, name
    assert ".goal" not in style
    assert "var(" not in style


def colour(kind: str, attribute: str) -> str:
    """The colour of a part of drawings, as the style states it last."""
    plain = re.sub(r"/\*.*?\*/", "", STYLE.read_text(encoding="utf-8"), flags=re.DOTALL).split("@media")[0]
    rules = [(names.split(","), rule) for names, rule in re.findall(r"([^{}]+)\{([^{}]+)\}", plain)]
    matching = [rule for names, rule in rules if kind in {name.strip() for name in names}]
    (*_, value) = [value for rule in matching for value in re.findall(rf"(?:^|[ ;]){attribute}: (#\w+)", rule)]
    return value if len(value) == 7 else "#" + "".join(letter * 2 for letter in value[1:])


def contrast(colour: str, other_colour: str) -> float:
    def light(value: str) -> float:
        parts = [int(value[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05

    first, second = light(colour), light(other_colour)
    return max(first, second) / min(first, second)


MARKS: Mapping[str, str] = {
    **dict.fromkeys((".own", ".other", ".peer", ".marked", ".outside", ".interval", ".interval.other"), "stroke"),
    **dict.fromkeys((".group-1", ".group-3", ".group-4", ".group-5"), "stroke"),
    **dict.fromkeys(
        (".line.group-2", ".dot.group-2", ".line.all-staff", ".dot.all-staff", ".goal", ".break"), "stroke"
    ),
    **dict.fromkeys(("rect.within", "rect.above"), "fill"),
    **dict.fromkeys(("rect.below", "rect.held_back"), "stroke"),
}


@pytest.mark.parametrize("mark", MARKS)
def test_dots_lines_and_bars_stand_out_from_the_paper(mark: str) -> None:
    assert contrast(colour(mark, MARKS[mark]), "#ffffff") >= 3


def test_within_above_and_below_differ_in_grey_too() -> None:
    within, above, below = (colour(f"rect.{kind}", "fill") for kind in ("within", "above", "below"))
    assert min(contrast(within, above), contrast(above, below), contrast(within, below)) >= 3


@pytest.mark.parametrize("kind", ["within", "above", "below"])
def test_a_count_can_be_read_in_its_bar(kind: str) -> None:
    letters = colour("text.in-within", "fill") if kind == "within" else colour(".drawing", "fill")
    assert contrast(letters, colour(f"rect.{kind}", "fill")) >= 4.5
