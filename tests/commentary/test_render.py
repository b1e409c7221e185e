"""The words of a release: figures come from its tables, and nothing else can get in."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from wres.commentary.commentary_text import Block, commentary_bytes, render_commentary
from wres.commentary.source_text import default_text, own_text
from wres.errors import WresError
from wres.outputs.metadata import ReleaseMetadata
from wres.settings import Settings

Tables = dict[str, pa.Table]
Fill = Callable[..., list[Block]]


@pytest.fixture(scope="module")
def three_years(collection_tables: Callable[..., Tables]) -> Tables:
    return collection_tables()


@pytest.fixture
def fill(three_years: Tables, about: ReleaseMetadata) -> Fill:
    def of(text: str, tables: Tables | None = None) -> list[Block]:
        return render_commentary(tables or three_years, replace(about, collection_year=2022, commentary=text))

    return of


def flat(text: str) -> str:
    return " ".join(text.split())


def held_back(tables: Tables, table: str, *columns: str) -> Tables:
    """The tables with these columns held back in every row."""
    rows = [{**row, **dict.fromkeys(columns), "suppressed": list(columns)} for row in tables[table].to_pylist()]
    schema = tables[table].schema.append(pa.field("suppressed", pa.list_(pa.string())))
    return {**tables, table: pa.Table.from_pylist(rows, schema=schema)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{national.relative_likelihood}", "1.71"),
        ("{national.relative_likelihood.2021}", "1.73"),
        ("{ national.bme_headcount } people", "2,845 people"),
        ("{national.range}", "Above range"),
        ("{region.Y56.relative_likelihood}", "1.89"),
        ("{type.mental_health.relative_likelihood}", "1.79"),
        ("{organisation.RXY.excess_entries}", "3"),
        ("{goals.goal_percent}% in {year}, {goals.goal_percent.2021}% in {last_year}", "90% in 2022, 76% in 2021"),
        ("{coverage.received} of {coverage.expected}", "5 of 5"),
        ("edition {edition}", "edition 1.0"),
        ("{=15,711} people in 2016", "15,711 people in 2016"),
        ("{organisation.08W.relative_likelihood|no ratio}", "no ratio"),
        ("{national.relative_likelihood|no ratio}", "1.71"),
        ("5 < 6 & so on".replace("5", "{=5}").replace("6", "{=6}"), "5 < 6 & so on"),
    ],
)
def test_a_placeholder_is_the_figure_as_it_is_published(fill: Fill, text: str, expected: str) -> None:
    assert fill(text) == [Block("paragraph", (expected,))]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "One.\n\n{nation.ratio}",
            flat("""
                line 3: there is no placeholder {nation.ratio}. Placeholders are: sentence.NAME, year,
                last_year, edition, national.COLUMN, goals.COLUMN, goal_distance.COLUMN, coverage.COLUMN,
                comparison.COLUMN, region.CODE.COLUMN, type.CODE.COLUMN, organisation.CODE.COLUMN (and .YEAR
                at the end for another year).
            """),
        ),
        (
            "{sentence.headlines}",
            flat("""
                line 1: there is no placeholder {sentence.headlines}. Sentences are: headline, likelihoods,
                chance, within, goal_chance, change, change_within, overall, break, goal, organisations, regions, types,
                coverage, protection.
            """),
        ),
        ("{national.ratio}", "line 1: there is no placeholder {national.ratio}. Columns are: collection_year, level, "),
        (
            "{region.Y99.relative_likelihood}",
            "line 1: there is no placeholder {region.Y99.relative_likelihood}. Codes are: Y56, Y59, unknown.",
        ),
        (
            "{national.relative_likelihood.2019}",
            "line 1: there is no placeholder {national.relative_likelihood.2019}. Years are: 2020, 2021, 2022.",
        ),
        ("{}", "line 1: there is no placeholder {}. Placeholders are: "),
        (
            "a\nb {organisation.08W.relative_likelihood}",
            flat("""
                line 2: {organisation.08W.relative_likelihood} has no figure in this release. Leave it out, or
                say what stands in its place: {organisation.08W.relative_likelihood|a figure that is not
                shown}.
            """),
        ),
        (
            "It was 1.14 in 2021.",
            flat("""
                line 1: the number 1.14 is typed by hand. Figures come from the tables: write a placeholder
                such as {national.relative_likelihood}; a number that is in no table is written {=1.14}.
            """),
        ),
        ("- 11,278 staff", "line 1: the number 11,278 is typed by hand."),
        ("## In 7 regions", "line 1: the number 7 is typed by hand."),
        ("{national.relative_likelihood", "line 1: a brace is left open."),
        ("{{year}}", "line 1: a brace is left open."),
        ("# The year", 'line 1: a heading begins with "## "; there is one kind.'),
        ("##The year", 'line 1: a heading begins with "## "; there is one kind.'),
    ],
)
def test_what_cannot_be_filled_is_named_with_its_line(fill: Fill, text: str, error: str) -> None:
    with pytest.raises(WresError) as raised:
        fill(text)
    assert str(raised.value).startswith(f"The commentary (commentary/2022.md), {error}")


def test_a_figure_that_is_held_back_stops_the_text_unless_there_are_words_for_it(
    fill: Fill, three_years: Tables
) -> None:
    official = held_back(three_years, "region", "relative_likelihood")
    with pytest.raises(
        WresError, match=r"\{region\.Y56\.relative_likelihood\} is not published \(small numbers\) in this release\."
    ):
        fill("London: {region.Y56.relative_likelihood}", official)
    assert fill("London: {region.Y56.relative_likelihood|not shown}", official)[0].texts == ("London: not shown",)


def test_paragraphs_lists_and_headings(fill: Fill) -> None:
    text = "## The year {year}\nOne line\nand another.\n\nA third.\n- first\n- second {edition}\n\n- third\n"
    assert fill(text) == [
        Block("heading", ("The year 2022",)),
        Block("paragraph", ("One line and another.",)),
        Block("paragraph", ("A third.",)),
        Block("list", ("first", "second 1.0")),
        Block("list", ("third",)),
    ]


def test_what_has_nothing_to_say_leaves_no_empty_paragraph(fill: Fill) -> None:
    assert fill("{sentence.break}\n\nTwo.\n\n- {sentence.break}\n") == [Block("paragraph", ("Two.",))]


def test_the_file_says_first_whom_it_is_for(three_years: Tables, about: ReleaseMetadata) -> None:
    text = commentary_bytes(
        three_years, replace(about, collection_year=2022, commentary="- {year}\n- {edition}")
    ).decode()
    assert text == (
        "**Management information: not for publication.**\n\n"
        "**Simulated data: the figures are invented and say nothing about any real organisation.**\n\n"
        "# WRES indicator 3, 2022, edition 1.0\n\n- 2022\n- 1.0\n"
    )


def test_staff_keep_a_text_for_a_year(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert own_text(settings, 2022) is None
    (tmp_path / "commentary").mkdir()
    (tmp_path / "commentary" / "2022.md").write_bytes("\ufeffÉ {year}".encode())
    assert own_text(settings, 2022) == "É {year}"
    (tmp_path / "commentary" / "2022.md").write_bytes("É".encode("latin-1"))
    with pytest.raises(WresError, match=r"cannot be read\. Save it as plain text in UTF-8, or take it away"):
        own_text(settings, 2022)


def test_the_official_text_says_which_disclosure_policy_it_follows(three_years: Tables, about: ReleaseMetadata) -> None:
    def sentences(*notes: str) -> list[Block]:
        return render_commentary(
            three_years,
            replace(about, collection_year=2022, commentary="{sentence.protection}", disclosure_notes=notes),
        )

    assert sentences() == []
    [block] = sentences("Disclosure policy of 2022: ratios.", "One count is rounded to 20.")
    assert block.texts[0].endswith("Disclosure policy of 2022: ratios. One count is rounded to 20.")


def test_the_shipped_text_holds_sentences_only(fill: Fill) -> None:
    assert fill(default_text()) == fill(default_text().replace("{sentence.", "{ sentence."))
    assert all(block.kind == "paragraph" for block in fill(default_text()))
