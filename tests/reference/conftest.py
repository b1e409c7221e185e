from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from wres.reference.register import default_register, default_successions

# Files handed to the project, kept beside it and not in it.
ODS_FILES = Path(__file__).parents[3] / "shared" / "data" / "ods"


@pytest.fixture
def ods_file() -> Callable[[str], Path]:
    """The path of one of the files of the Organisation Data Service; skips where they are not at hand."""

    def find(name: str) -> Path:
        if not (path := ODS_FILES / name).is_file():
            pytest.skip(f"{name} is not at hand")
        return path

    return find


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def register() -> pd.DataFrame:
    return default_register()


@pytest.fixture(scope="session")
def successions() -> pd.DataFrame:
    return default_successions()
