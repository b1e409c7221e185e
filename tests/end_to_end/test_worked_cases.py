"""Cases whose answer is known, from a file in an inbox to a published table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from wres import steps
from wres.settings import Settings


def test_kent_and_medway_2020(
    anywhere: Settings,
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    published: Callable[..., Any],
) -> None:
    """On SQLite and PostgreSQL. Published: 17 white and 9 BME entries, 76% and 22% of 3,296 staff (docs/method.md)."""
    set_clock("2020-06-10T12:00")
    send_csv(2020, "RXY", figures(2020, (2505, 725, 66), ("17", "9", "0")))
    summary = steps.run(steps.open_context(2020))
    assert (summary["received"], summary["rejected"]) == (1, 0)
    [row] = published(2020, "organisation")
    wanted = {
        "code": "RXY",
        "window": "two_year_average",
        "white_headcount": "2505",
        "bme_headcount": "725",
        "unknown_headcount": "66",
        "white_entered": "17",
        "bme_entered": "9",
        "white_likelihood_percent": "0.68",
        "bme_likelihood_percent": "1.24",
        "overall_likelihood_percent": "0.79",
        "relative_likelihood": "1.83",
        "relative_likelihood_lower": "1.04",
        "relative_likelihood_upper": "3.20",
        "range": "above",
        "differs_from_equal": "true",
        "reliability": "low",
        "entries_above_parity": "4.08",
        "excess_group": "bme",
        "excess_entries": "3",
    }
    assert {column: row[column] for column in wanted} == wanted


def test_a_half_is_published_as_a_half_and_no_white_entries_are_not_calculable(
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    published: Callable[..., Any],
) -> None:
    set_clock("2020-06-10T12:00")
    cells = figures(2020, (2505, 725, 66), ("17", "9", "0"))
    cells["disciplinary.entered_previous_year", "white"] += 1
    send_csv(2020, "RXY", cells)
    send_csv(2020, "RJ1", figures(2020, (1000, 100, 10), ("0", "2", "0")))
    steps.run(steps.open_context(2020))
    rows = {row["code"]: row for row in published(2020, "organisation")}
    assert (rows["RXY"]["white_entered"], rows["RXY"]["bme_entered"]) == ("17.5", "9")
    assert [rows["RJ1"][column] for column in ("relative_likelihood", "range", "reason_not_calculable")] == [
        "z",
        "not_calculable",
        "no_white_entries",
    ]


def test_national_figures_pool_counts_and_are_no_mean_of_ratios(
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    published: Callable[..., Any],
) -> None:
    set_clock("2022-06-10T12:00")
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
    send_csv(2022, "RJ1", figures(2022, (500, 900, 20), ("30", "20", "1")))
    steps.run(steps.open_context(2022))
    [row] = [row for row in published(2022, "national") if row["organisation_group"] == "all"]
    assert (row["organisations"], row["white_headcount"], row["bme_entered"]) == ("2", "1500", "22")
    assert row["relative_likelihood"] == "0.83"  # (22/1000) / (40/1500) = 0.825, half away from zero
    ratios = {row["code"]: row["relative_likelihood"] for row in published(2022, "organisation")}
    assert ratios == {"RJ1": "0.37", "RXY": "2.00"}


def test_a_revision_needs_a_note_and_leaves_the_first_edition_alone(
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    published: Callable[..., Any],
    tmp_path: Path,
) -> None:
    import pytest

    from wres.errors import WresError

    set_clock("2022-06-10T12:00")
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
    steps.run(steps.open_context(2022))
    before = published(2022, "organisation")
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "3", "0")))
    steps.collect(steps.open_context(2022))
    steps.build(steps.open_context(2022))
    with pytest.raises(WresError, match="needs a note"):
        steps.publish(steps.open_context(2022))
    summary = steps.publish(steps.open_context(2022), note="Corrected by the sender.")
    assert summary["edition"] == "1.1"
    assert published(2022, "organisation") == before
    assert [row["bme_entered"] for row in published(2022, "organisation", "1.1")] == ["3"]
    with pytest.raises(WresError, match=r"1\.1 of 2022 is written already .*wres build 2022"):
        steps.publish(steps.open_context(2022), note="Corrected by the sender again.")
    assert steps.publish(steps.open_context(2022), note="Corrected by the sender.")["edition"] == "1.1"
    assert not (tmp_path / "home" / "published" / "2022" / "1.2").exists()
