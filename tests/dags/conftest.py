"""An Airflow home for these tests, set before anything imports Airflow, and a return to send."""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wres.orchestration.airflow_home import COMMAND, environment, prepare
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template
from wres.settings import Settings

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

# Airflow reads its settings when it is imported, so this cannot wait for a fixture.
_HOME = Path(tempfile.mkdtemp(prefix="wres-airflow-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
_SETTINGS = Settings(home=_HOME)
_ENVIRONMENT = environment(_SETTINGS, port=0)
os.environ.update({key: value for key, value in _ENVIRONMENT.items() if key.startswith("AIRFLOW")})


@pytest.fixture(scope="session")
def dags_folder() -> str:
    return _ENVIRONMENT["AIRFLOW__CORE__DAGS_FOLDER"]


@pytest.fixture(scope="session")
def bag(dags_folder: str) -> "DagBag":
    """The project's DAGs, as Airflow reads them."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dags_folder)


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """A migrated database; it stays for the session, each test's state of the pipeline does not."""
    (_HOME / "airflow").mkdir(exist_ok=True)
    prepare(_SETTINGS)
    subprocess.run([*COMMAND, "db", "migrate"], env=_ENVIRONMENT, check=True, capture_output=True)


@pytest.fixture
def send(settings: Settings, figures: Callable[..., dict[tuple[str, str], Decimal]]) -> Callable[..., None]:
    """Leaves an organisation's workbook in its inbox, filled in and signed off."""
    from wres.returns.template.template_writer import write_template

    def leave(year: int, org: str, staff: tuple[int, int, int], entered: tuple[str, str, str]) -> None:
        calendar = load_year(year)
        folder = settings.inbox / str(year) / org
        folder.mkdir(parents=True, exist_ok=True)
        write_template(
            folder / "return.xlsx",
            load_template(calendar.template_version),
            calendar,
            org,
            "An organisation",
            figures=figures(year, staff, entered),
            texts={
                "signoff.name": "Director",
                "signoff.role": "Director of Workforce",
                "signoff.date": f"{year}-05-31",
            },
        )

    return leave
