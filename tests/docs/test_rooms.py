"""Nobody imports a conftest: there is one in every room."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent


def test_nobody_imports_a_conftest_for_there_is_one_in_every_room() -> None:
    importing = re.compile(r"^\s*(from|import) ([\w.]+\.)?conftest\b", re.MULTILINE)
    assert [path for path in TESTS.rglob("*.py") if importing.search(path.read_text(encoding="utf-8"))] == []
