"""The sentences that are written for every release, with any figures."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from wres.commentary.sentences import Sentences

Tables = dict[str, pa.Table]
RATIO = "relative_likelihood"


@pytest.fixture(scope="module")
def three_years(collection_tables: Callable[..., Tables]) -> Tables:
    return collection_tables()


def flat(text: str) -> str:
    return " ".join(text.split())


def fill_placeholder(tables: Tables, name: str, year: int = 2022) -> str:
    return Sentences(tables, year).by_name[name]()


def changed(tables: Tables, table: str, hidden: tuple[str, ...] = (), **figures: Any) -> Tables:
    """The nation's rows of a table with other figures; some of them held back."""
    rows = tables[table].to_pylist()
    exact = {name: Decimal(value) if "." in str(value) else value for name, value in figures.items()}
    changed_rows = [
        {**row, **exact, **dict.fromkeys(hidden), "suppressed": list(hidden)}
        if row.get("level", "national") == "national" and row["organisation_group"] == "all"
        else {**row, "suppressed": []}
        for row in rows
    ]
    schema = tables[table].schema.append(pa.field("suppressed", pa.list_(pa.string())))
    return {**tables, table: pa.Table.from_pylist(changed_rows, schema=schema)}


def test_every_sentence_of_a_small_collection(three_years: Tables) -> None:
    assert {name: sentence() for name, sentence in Sentences(three_years, 2022).by_name.items()} == {
        "headline": flat("""
            In the year to 31 March 2022 BME staff were 1.71 times as likely as white staff to enter the formal
            disciplinary process, which is above the range from 0.80 to 1.25.
        """),
        "likelihoods": "1.09% of BME staff (31 of 2,845) entered the process, and 0.64% of white staff (59 of 9,241).",
        "chance": flat("""
            The 95% interval of the relative likelihood is 1.11 to 2.62 for these organisations, and 0.88 to 3.33
            allowing for how much organisations differ from each other; the wider one includes 1.00 (equal
            likelihood), so the difference could be due to chance.
        """),
        "within": flat("""
            Compared with white staff of the same organisation, BME staff were 1.49 times as likely to enter (95%
            interval 0.93 to 2.38). The figure for all staff together also depends on where BME staff work: that part is
            a factor of 1.15.
        """),
        "goal_chance": flat("""
            If BME staff and white staff of every organisation were equally likely to enter, chance alone would leave
            33.0% of organisations within range (95% range 0.0% to 75.0%), for few people enter; 0.0% were. For all 4
            organisations with a ratio the 95% interval reaches over an end of the range, so the figures cannot tell on
            which side of it the true ratio is.
        """),
        "change": flat("""
            Among the 5 organisations with a return in both years the relative likelihood fell from 1.73 in
            2021 to 1.71 in 2022, a change that could be due to chance.
        """),
        "change_within": flat("""
            The relative likelihood of all staff together asks how likely BME staff are to enter, wherever they work.
            Within organisations, for staff of the same employer, it was 1.50 in 2021 and 1.49 in 2022.
        """),
        "overall": flat("""
            In organisations with a return in both years the share of all staff who entered the process fell
            from 0.75% in 2021 to 0.74% in 2022, a change that could be due to chance.
        """),
        "break": "",
        "goal": flat("""
            0.0% of the organisations with a ratio were within range, against a goal of 90%; 4 more
            organisations within range would have met it.
        """),
        "organisations": flat("""
            Organisation by organisation, the relative likelihood came nearer to equal by more than chance in
            none and went further from it in none; in 4 there was no such change; 1 could not be tested.
        """),
        "regions": flat("""
            By region the relative likelihood lies between 1.83 and 1.89. The intervals of these two overlap, so the
            figures cannot tell which is higher.
        """),
        "types": flat("""
            By type of organisation the relative likelihood lies between 1.66 and 1.79; 1 of 3 cannot be calculated.
            What is known of these two is too little to say which is higher.
        """),
        "coverage": "5 of 5 organisations (100.0%) sent a return that was accepted.",
        "protection": "",
    }


@pytest.mark.parametrize(
    ("verdict", "direction", "end"),
    [
        (
            "improved",
            "fell",
            "fell from {before} to {now}, nearer to equal, more than could be due to chance.",
        ),
        (
            "worsened",
            "rose",
            "rose from {before} to {now}, further from equal, more than could be due to chance.",
        ),
        (
            "changed_side",
            "fell",
            flat("""
                fell from {before} to {now}, to the other side of 1.00, more than could be due to chance; whether
                it is nearer to or further from equal could be.
            """),
        ),
        (
            "not_tested",
            "fell",
            flat("""
                fell from {before} to {now}; there are too few entries to say whether this could be due to chance.
            """),
        ),
    ],
)
def test_each_verdict_on_the_change(three_years: Tables, verdict: str, direction: str, end: str) -> None:
    figures = {"figure": "1.71", "previous_figure": "1.73"}
    tables = changed(three_years, "improvement", verdict=verdict, direction=direction, **figures)  # type: ignore[arg-type]
    wanted = end.format(before="1.73 in 2021", now="1.71 in 2022")
    assert fill_placeholder(tables, "change").endswith(f"the relative likelihood {wanted}")


def test_what_did_not_change_is_not_said_to_have_changed_by_chance(three_years: Tables) -> None:
    figures = {"figure": "1.71", "previous_figure": "1.71", "direction": "same", "verdict": "within_chance"}
    tables = changed(three_years, "improvement", (), **figures)
    assert fill_placeholder(tables, "change").endswith("the relative likelihood was 1.71 in 2021 as in 2022.")
    assert fill_placeholder(tables, "overall").endswith("was 1.71% in 2021 as in 2022.")


@pytest.mark.parametrize(
    ("figures", "clause"),
    [
        ({RATIO: "1.00", "bme_entered": 15}, "BME and white staff were about equally likely to enter the formal"),
        ({RATIO: "0.00", "bme_entered": 0}, "no BME staff entered the formal disciplinary process, and some white"),
        ({RATIO: "0.00"}, "BME staff were far less likely than white staff to enter the formal disciplinary"),
    ],
)
def test_a_ratio_that_prints_as_equal_or_none_is_put_into_words(
    three_years: Tables, figures: dict[str, Any], clause: str
) -> None:
    headline = fill_placeholder(changed(three_years, "national", (), **figures), "headline")
    assert headline.startswith(f"In the year to 31 March 2022 {clause}")
    assert " times as likely" not in headline


def test_equal_is_said_of_equal_counts_alone(three_years: Tables) -> None:
    counts = {"white_headcount": 300, "white_entered": 3, "bme_headcount": 100, "bme_entered": 1}
    tables = changed(three_years, "national", (), **{RATIO: "1.00", **counts})
    assert "BME and white staff were equally likely" in fill_placeholder(tables, "headline")
    assert "chance" not in fill_placeholder(tables, "chance")


def test_the_break_is_stated_in_the_year_that_begins_a_series(three_years: Tables) -> None:
    twelve_months = "The change given here is counted over twelve months in both years."
    assert "This is a break in the series" in (sentence := fill_placeholder(three_years, "break", 2021))
    assert sentence.endswith(twelve_months)
    no_change = changed(three_years, "improvement", ("figure",))
    assert twelve_months not in fill_placeholder(no_change, "break", 2021)
    assert fill_placeholder(three_years, "break", 2022) == ""


def test_chance_is_unlikely_only_where_the_wider_interval_leaves_out_equal(three_years: Tables) -> None:
    ends = {f"{RATIO}_lower": "1.11", f"{RATIO}_between_lower": "1.05", f"{RATIO}_between_upper": "2.70"}
    assert (
        "the wider one does not include 1.00 (equal likelihood), so chance alone is unlikely to explain the difference."
        in fill_placeholder(changed(three_years, "national", (), **ends), "chance")
    )
    alone = changed(three_years, "national", (f"{RATIO}_between_lower", f"{RATIO}_between_upper"))
    sentence = fill_placeholder(alone, "chance")
    assert "1.11 to 2.62; it does not include 1.00" in sentence
    assert sentence.endswith("so the figures cannot tell whether chance alone explains the difference.")
    of_one = changed(three_years, "national", (f"{RATIO}_between_lower", f"{RATIO}_between_upper"), organisations=1)
    assert fill_placeholder(of_one, "chance").endswith("chance alone is unlikely to explain the difference.")


def test_regions_are_named_where_their_wider_intervals_do_not_overlap(three_years: Tables) -> None:
    rows = three_years["region"].to_pylist()
    for row in rows:
        low, high = ("0.50", "0.90") if row["name"] == "London" else ("1.10", "2.00")
        names = {
            end: value for side in ("", "between_") for end, value in ((f"{side}lower", low), (f"{side}upper", high))
        }
        row |= {f"{RATIO}_{end}": Decimal(value) for end, value in names.items()}
        row[RATIO] = Decimal("0.70") if row["name"] == "London" else Decimal("1.50")
    tables = {**three_years, "region": pa.Table.from_pylist(rows, schema=three_years["region"].schema)}
    assert fill_placeholder(tables, "regions") == (
        "By region the relative likelihood lies between 0.70 (London) and 1.50 (South East)."
    )


def test_the_goal_is_held_against_what_chance_would_give(three_years: Tables) -> None:
    figures = {"share_truly_within_percent": "39.1", "above_beyond_chance": 1, "within_beyond_chance": 2}
    sentence = fill_placeholder(changed(three_years, "goals", (), **figures), "goal_chance")
    assert (
        flat("""
        Of the 7 organisations with a ratio, the whole 95% interval lies above the range for 1, below it for none and
        within it for 2; for the other 4 the figures cannot tell.
    """)
        in sentence
    )
    assert sentence.endswith("With chance taken out, an estimated 39.1% are truly within range.")
    of_three_years = {
        "three_years_calculable": 180,
        "three_years_share_within_percent": "48.3",
        "three_years_expected_share_within_percent": "61.2",
    }
    assert fill_placeholder(changed(three_years, "goals", (), **of_three_years), "goal_chance").endswith(
        "On three years pooled for each organisation, which leaves less to chance, 48.3% of the 180 organisations with "
        "all three are within range; chance alone would leave 61.2%."
    )
    assert fill_placeholder(changed(three_years, "goals", ("expected_share_within_percent",)), "goal_chance") == ""


@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        ((0, 0, 0, 1), "For the one organisation with a ratio the 95% interval reaches over an end of the range, so"),
        (
            (1, 0, 0, 0),
            "Of the one organisation with a ratio, the whole 95% interval lies above the range for 1, below",
        ),
        ((0, 2, 3, 0), "below it for 2 and within it for 3."),
        ((0, 2, 0, 1), "within it for none; for the other one the figures cannot tell."),
    ],
)
def test_any_number_of_organisations_beyond_chance(
    three_years: Tables, classes: tuple[int, ...], sentence: str
) -> None:
    names = ("above_beyond_chance", "below_beyond_chance", "within_beyond_chance", "cannot_tell")
    tables = changed(three_years, "goals", (), **dict(zip(names, classes, strict=True)))
    assert sentence in fill_placeholder(tables, "goal_chance")


def rows_of_regions(tables: Tables, *regions: dict[str, Any]) -> Tables:
    """The rows of London and the South East of 2022 with other figures, beside a third of the name Midlands."""
    rows = [
        row
        for row in tables["region"].to_pylist()
        if (row["collection_year"], row["organisation_group"]) == (2022, "all")
    ]
    made = [
        {**rows[place % len(rows)], "code": f"Y{place}", "name": name, "suppressed": [], **facts}
        for place, (name, facts) in enumerate(zip(("London", "South East", "Midlands"), regions, strict=False))
    ]
    schema = tables["region"].schema.append(pa.field("suppressed", pa.list_(pa.string())))
    return {**tables, "region": pa.Table.from_pylist(made, schema=schema)}


def ratio_of(ratio: str | None, lower: str | None = None, upper: str | None = None) -> dict[str, Any]:
    """A ratio and both its intervals; None leaves the one between organisations out."""
    exact = {RATIO: ratio, f"{RATIO}_lower": "0.10", f"{RATIO}_upper": "0.20"}
    exact |= {f"{RATIO}_between_lower": lower, f"{RATIO}_between_upper": upper}
    return {name: None if value is None else Decimal(value) for name, value in exact.items()}


WITHOUT, APART = ratio_of(None), (ratio_of("0.50", "0.30", "0.80"), ratio_of("1.90", "1.10", "2.50"))


@pytest.mark.parametrize(
    ("regions", "end"),
    [
        ((*APART, WITHOUT), "between 0.50 (London) and 1.90 (South East); 1 of 3 cannot be calculated."),
        (
            (*APART, {**WITHOUT, "suppressed": [RATIO]}),
            "between 0.50 (London) and 1.90 (South East); 1 of 3 is not published (small numbers).",
        ),
        # of one organisation each: their own intervals do not overlap, but nobody knows how much others would differ
        (
            (ratio_of("0.15"), APART[1]),
            "between 0.15 and 1.90. What is known of these two is too little to say which is higher.",
        ),
        ((ratio_of("1.00"), ratio_of("1.00")), "is 1.00 for all 2 that have one."),
        ((ratio_of("1.00"), WITHOUT), ""),
    ],
)
def test_regions_with_any_ratios(three_years: Tables, regions: tuple[dict[str, Any], ...], end: str) -> None:
    sentence = fill_placeholder(rows_of_regions(three_years, *regions), "regions")
    assert sentence.endswith(end)
    assert bool(sentence) == bool(end)


def test_one_organisation_is_spoken_of_in_the_singular(three_years: Tables) -> None:
    one = changed(three_years, "improvement", (), tested_organisations=1)
    assert fill_placeholder(one, "change").startswith(
        "In the one organisation with a return in both years the relative"
    )
    short = changed(three_years, "goal_distance", (), organisations_to_goal=1)
    assert fill_placeholder(short, "goal").endswith("; 1 more organisation within range would have met it.")


def test_where_no_organisation_has_a_return_of_both_years_it_is_said(three_years: Tables) -> None:
    tables = {**three_years, "improvement": three_years["improvement"].slice(0, 0)}
    assert fill_placeholder(tables, "change") == (
        "No organisation with a return of 2022 has one of 2021 to compare with."
    )
    assert fill_placeholder(tables, "overall") == fill_placeholder(tables, "organisations") == ""


def test_a_ratio_within_organisations_of_two_year_averages_is_not_laid_beside_one_of_twelve_months(
    three_years: Tables,
) -> None:
    tables = changed(three_years, "comparison", (), window="two_year_average", previous_window="two_year_average")
    assert fill_placeholder(tables, "change_within").endswith(
        "it was 1.50 in 2021 and 1.49 in 2022 (both two-year averages; the change of all staff together is counted "
        "over twelve months)."
    )


@pytest.mark.parametrize(
    ("verdicts", "end"),
    [
        (["not_tested"] * 5, "For no single organisation could it be tested whether it changed by more than chance."),
        (
            ["improved", "changed_side", "within_chance", "not_tested", "not_tested"],
            flat("""
                in 1 and went further from it in none; in 1 it moved to the other side of 1.00, nearer or further could
                be due to chance; in 1 there was no such change; 2 could not be tested.
            """),
        ),
        (["improved"] * 5, "came nearer to equal by more than chance in 5 and went further from it in none."),
    ],
)
def test_verdicts_of_single_organisations_in_words(three_years: Tables, verdicts: list[str], end: str) -> None:
    rows = three_years["improvement"].to_pylist()
    wanted = (2022, "organisation", RATIO, 1)
    names = ("collection_year", "level", "measure", "years_between")
    singles = [row for row in rows if tuple(row[name] for name in names) == wanted]
    for row, verdict in zip(singles, verdicts, strict=True):
        row["verdict"] = verdict
    tables = {**three_years, "improvement": pa.Table.from_pylist(rows, schema=three_years["improvement"].schema)}
    assert fill_placeholder(tables, "organisations").endswith(end)


def test_a_two_year_average_says_that_it_is_one(three_years: Tables) -> None:
    assert fill_placeholder(three_years, "headline", 2020).startswith(
        "On average over the two years to 31 March 2020 BME staff"
    )
    assert fill_placeholder(three_years, "likelihoods", 2020).endswith("Entries are the mean of two years.")


@pytest.mark.parametrize(
    ("table", "hidden", "figures", "sentence", "words"),
    [
        ("national", (RATIO,), {}, "headline", "The relative likelihood of 2022 is not published (small numbers)."),
        ("national", (), {RATIO: None}, "headline", "The relative likelihood of 2022 cannot be calculated."),
        ("national", ("bme_entered",), {}, "likelihoods", ""),
        ("national", (f"{RATIO}_upper",), {}, "chance", ""),
        (
            "national",
            (),
            {RATIO: "1.25"},
            "headline",
            flat("""
                In the year to 31 March 2022 BME staff were 1.25 times as likely as white staff to enter the formal
                disciplinary process, which is above the range from 0.80 to 1.25 before rounding.
            """),
        ),
        (
            "improvement",
            (),
            {"figure": "1.73", "previous_figure": "1.73", "direction": "fell", "verdict": "within_chance"},
            "change",
            flat("""
                Among the 5 organisations with a return in both years the relative likelihood was 1.73 in 2021 as in
                2022, though before rounding it fell, a change that could be due to chance.
            """),
        ),
        (
            "national",
            (),
            {f"{RATIO}_lower": "0.90"},
            "chance",
            flat("""
                The 95% interval of the relative likelihood is 0.90 to 2.62 for these organisations, and 0.88 to 3.33
                allowing for how much organisations differ from each other; the wider one includes 1.00 (equal
                likelihood), so the difference could be due to chance.
            """),
        ),
        (
            "improvement",
            ("figure",),
            {},
            "change",
            "The change in the relative likelihood since 2021 is not published (small numbers).",
        ),
        (
            "improvement",
            (),
            {"previous_figure": None},
            "overall",
            "The change in the share of all staff who entered the process cannot be calculated.",
        ),
        (
            "goals",
            ("share_within_percent",),
            {},
            "goal",
            "The share of organisations within range is not published (small numbers).",
        ),
        (
            "goals",
            (),
            {"goal_percent": None},
            "goal",
            "0.0% of the organisations with a ratio were within range; no goal is set for 2022.",
        ),
        (
            "goals",
            (),
            {"goal_met": True, "share_within_percent": "95.0"},
            "goal",
            "95.0% of the organisations with a ratio were within range, which meets the goal of 90%.",
        ),
    ],
)
def test_figures_that_are_not_there(
    three_years: Tables, table: str, hidden: tuple[str, ...], figures: dict[str, Any], sentence: str, words: str
) -> None:
    assert fill_placeholder(changed(three_years, table, hidden, **figures), sentence) == words


def test_the_first_year_has_nothing_to_compare_with(three_years: Tables) -> None:
    assert fill_placeholder(three_years, "change", 2020) == "There are no returns of 2019 to compare with."
    assert fill_placeholder(three_years, "overall", 2020) == fill_placeholder(three_years, "organisations", 2020) == ""


def hidden_verdicts(tables: Tables, *codes: str) -> Tables:
    """The verdicts of these organisations held back."""
    rows = [
        {**row, "verdict": None, "suppressed": ["verdict"]} if row["code"] in codes else {**row, "suppressed": []}
        for row in tables["improvement"].to_pylist()
    ]
    schema = tables["improvement"].schema.append(pa.field("suppressed", pa.list_(pa.string())))
    return {**tables, "improvement": pa.Table.from_pylist(rows, schema=schema)}


def test_organisations_whose_verdicts_are_held_back(three_years: Tables) -> None:
    codes = ("RXY", "RJ1", "RR8", "08W", "T1520")
    assert fill_placeholder(hidden_verdicts(three_years, *codes), "organisations") == (
        "Whether single organisations changed by more than could be due to chance is not published (small numbers)."
    )
    assert fill_placeholder(hidden_verdicts(three_years, "RXY", "08W"), "organisations") == flat("""
        For 2 of 5 organisations it is not published (small numbers) whether they changed by more than chance; of the
        other 3, the relative likelihood came nearer to equal by more than chance in none and went further from
        it in none; in 3 there was no such change.
    """)


def test_no_sentence_speaks_of_causes(three_years: Tables) -> None:
    causal = ("because", "due to", "caused", "as a result", "thanks to", "led to", "leads to")
    for year in (2020, 2021, 2022):
        for sentence in Sentences(three_years, year).by_name.values():
            assert not [word for word in causal if word in sentence().lower().replace("due to chance", "")]
