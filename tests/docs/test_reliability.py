"""Each promise of docs/reliability.md names a test that is there, and each file that it names is."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


def test_each_promise_names_the_tests_that_prove_it() -> None:
    table = TEXT.partition("## Promises")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    for promise, proved in rows:
        tests = re.findall(r"`(tests/[\w/]+/test_\w+\.py)`", proved)
        assert tests, promise
        for test in tests:
            assert "\ndef test_" in (ROOT / test).read_text(encoding="utf-8"), f"{promise}: {test}"


def test_every_survival_test_is_named_and_every_path_is_there() -> None:
    named = set(re.findall(r"`((?:tests|pipeline|docs)/[\w/.-]+)`", TEXT))
    assert [path for path in named if not (ROOT / path).exists()] == []
    survival = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / "survival").glob("test_*.py")}
    assert survival <= named
