"""A simulated collection, through every step: what is published is what was sent, computed here independently."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from tests.simulation.true_counts import true_counts
from wres.reference.register import default_register, default_successions
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template
from wres.settings import Settings, load_settings
from wres.simulation.deliveries import simulate_year
from wres.simulation.delivery import Delivery
from wres.simulation.demo_collection import run_demo

YEARS, RETURNS, SEED = (2020, 2021), 24, 7
COUNTS = [f"{group}_{measure}" for group in ("white", "bme", "unknown") for measure in ("headcount", "entered")]


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home in which the demonstration ran once, for all that is asked of it here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WRES_HOME", str(tmp_path_factory.mktemp("simulated")))
        run_demo(load_settings(), YEARS, returns=RETURNS, seed=SEED, progress=lambda *_: None)
        yield load_settings()


def published(simulated: Settings, level: str) -> list[dict[str, str]]:
    path = simulated.published / str(YEARS[-1]) / "1.0" / "management" / "csv" / f"{level}.csv"
    with path.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


def list_deliveries() -> Iterator[tuple[int, list[Delivery]]]:
    previous: list[Delivery] = []
    for year in YEARS:
        calendar = load_year(year)
        previous = simulate_year(
            calendar,
            load_template(calendar.template_version),
            default_register(),
            default_successions(),
            seed=SEED,
            returns=RETURNS,
            previous=previous,
        )
        yield year, previous


def round_to_two_places(value: Fraction) -> str:
    """Half away from zero, from the exact fraction; no figure here is negative."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def ratio_and_range(counts: dict[str, Fraction]) -> tuple[str, str]:
    if not (counts["white_headcount"] and counts["bme_headcount"] and counts["white_entered"]):
        return "z", "not_calculable"
    ratio = (counts["bme_entered"] / counts["bme_headcount"]) / (counts["white_entered"] / counts["white_headcount"])
    place = "below" if ratio < Fraction(4, 5) else "above" if ratio > Fraction(5, 4) else "within"
    return round_to_two_places(ratio), place


@pytest.mark.slow
def test_published_tables_equal_an_independent_computation(
    simulated: Settings,
) -> None:
    register = default_register().set_index("code")
    wanted: dict[tuple[str, str, str], dict[str, Fraction]] = defaultdict(lambda: dict.fromkeys(COUNTS, Fraction(0)))
    for year, deliveries in list_deliveries():
        for row in true_counts(load_year(year), deliveries).to_dict("records"):
            code = row["organisation_code"]
            places = [("organisation", code), ("national", "ENG")]
            places += [("region", register.loc[code, "region_code"])]
            places += [("organisation_type", register.loc[code, "organisation_type"])]
            for level, place in places:
                for column in COUNTS:
                    wanted[str(year), level, place][column] += Fraction(row[column])
    for level in ("organisation", "national", "region", "organisation_type"):
        rows = [row for row in published(simulated, level) if row["organisation_group"] == "trust"]
        assert {(row["collection_year"], level, row["code"]) for row in rows} == {
            key for key in wanted if key[1] == level
        }
        for row in rows:  # type: ignore[assignment]
            counts = wanted[row["collection_year"], level, row["code"]]
            assert {column: Fraction(row[column]) for column in COUNTS} == counts
            assert (row["relative_likelihood"], row["range"]) == ratio_and_range(counts)
            staff = sum(counts[column] for column in COUNTS if column.endswith("headcount"))
            entered = sum(counts[column] for column in COUNTS if column.endswith("entered"))
            assert row["overall_likelihood_percent"] == round_to_two_places(100 * entered / staff)  # type: ignore[arg-type]


@pytest.mark.slow
def test_every_sender_is_answered_and_every_wrong_return_refused_for_what_is_wrong_with_it(
    simulated: Settings,
) -> None:
    answered = defaultdict(list)
    for path in sorted(simulated.outbox.rglob("report.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        answered[document["collection_year"], document["organisation_code"]].append(document)
    for year, deliveries in list_deliveries():
        for delivery in deliveries:
            document = answered[year, delivery.organisation_code].pop(0)
            codes = {finding["code"] for finding in document["findings"] if finding["severity"] == "reject"}
            if delivery.kind == "wrong":
                assert document["status"] == "rejected", delivery.fault
                assert codes & set(delivery.edits), (delivery.fault, codes)
            else:
                assert codes == set(), (delivery.file_name, document["findings"])
    assert not any(answered.values())


@pytest.mark.slow
def test_everything_simulated_says_so(simulated: Settings) -> None:
    folder = simulated.published / "2021" / "1.0" / "management"
    assert json.loads((folder / "manifest.json").read_text())["simulated"] is True
    for path in simulated.outbox.rglob("report.html"):
        assert "simulated" in path.read_text(encoding="utf-8").lower()
    for path in (folder / "csv").glob("*-metadata.json"):
        assert "simulated" in path.read_text(encoding="utf-8").lower()
