import pytest

from pipeline.collection.calendar import load_year
from pipeline.collection.register import shipped_register, shipped_successions
from pipeline.returns.specification import load_template
from pipeline.simulation.deliveries import simulate_year


@pytest.fixture(scope="session")
def register():
    return shipped_register()


@pytest.fixture(scope="session")
def successions():
    return shipped_successions()


@pytest.fixture(scope="session")
def simulate(register, successions):
    """simulate(year, **options) -> deliveries, on the shipped register."""

    def run(year, **options):
        calendar = load_year(year)
        return simulate_year(calendar, load_template(calendar.template_version), register, successions, **options)

    return run


@pytest.fixture(scope="session")
def national(simulate):
    """A whole national collection of 2022."""
    return simulate(2022, seed=1)


@pytest.fixture(scope="session")
def averaged(simulate):
    """Forty organisations in a year of the two-year average."""
    return simulate(2019, seed=1, returns=40)
