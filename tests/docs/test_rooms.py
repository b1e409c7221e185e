"""Helpers beside the tests are imported by their bare names, so in a run of all rooms one name may be had only once."""

import re
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
HELPERS = [path for path in TESTS.rglob("*.py") if not re.match(r"test_|conftest|__main__", path.name)]


def test_no_two_helpers_have_one_name() -> None:
    assert len(HELPERS) > 10
    assert [name for name, times in Counter(path.name for path in HELPERS).items() if times > 1] == []


def test_nobody_imports_a_conftest_for_there_is_one_in_every_room() -> None:
    importing = re.compile(r"^\s*(from|import) conftest\b", re.MULTILINE)
    assert [path for path in TESTS.rglob("*.py") if importing.search(path.read_text(encoding="utf-8"))] == []
