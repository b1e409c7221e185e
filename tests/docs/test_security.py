"""docs/security.md: each threat names a test that is there, and each direct dependency has been thought about."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# Every place where a rule of ruff's S (Bandit) is set aside in the code, each with its reason beside it.
SET_ASIDE = {
    "docker/healthy.py": ["S310"],
    "pipeline/wres/indicators/compute.py": ["S608"],
    "pipeline/wres/indicators/sql_views.py": ["S608", "S608"],
    "pipeline/wres/warehouse/connection.py": ["S608"],
    "pipeline/wres/orchestration/airflow_home.py": ["S606"],
    "pipeline/wres/orchestration/local_airflow.py": ["S603"],
    "pipeline/wres/orchestration/local_page.py": ["S603"],
    "pipeline/wres/charts/svg.py": ["S704"],
    "pipeline/wres/site/front_page.py": ["S704"],
    "pipeline/wres/site/papers.py": ["S704"],
    "pipeline/wres/reader/guarded_reader.py": ["S301", "S603"],
    "pipeline/wres/reader/reader_process.py": ["S301", "S301"],
    "pipeline/wres/web/answer_pages.py": ["S704"],
}


def rows(heading: str) -> list[list[str]]:
    """The cells of each row of the table under a heading, without its first."""
    table = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_each_threat_names_what_stands_against_it_the_tests_and_what_is_open() -> None:
    threats = rows("Threats")
    assert len(threats) > 10
    for threat in threats:
        who, against, proved, remaining_risk = threat
        assert min(map(len, (who, against, remaining_risk))) > 20, threat
        tests = re.findall(r"`(tests/[\w/]+/test_\w+\.py)`", proved)
        assert tests, who
        for test in tests:
            assert "\ndef test_" in (ROOT / test).read_text(encoding="utf-8"), f"{who}: {test}"


def test_every_path_is_there() -> None:
    named = set(re.findall(r"`((?:tests|pipeline|docs|docker)/[\w/.-]+)`", TEXT))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_each_direct_dependency_has_its_row() -> None:
    direct = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    for groups in (PROJECT["project"]["optional-dependencies"], PROJECT["dependency-groups"]):
        direct += [requirement for group in groups.values() for requirement in group]
    names = {re.match(r"[\w-]+", requirement)[0].lower() for requirement in direct}  # type: ignore[index]
    written = [package for package, *_ in rows("Dependencies")]
    assert sorted(written) == sorted(set(written))
    assert set(written) == names
    assert all(len(row) == 4 and all(row) for row in rows("Dependencies"))


def test_no_rule_of_safety_is_set_aside_unseen() -> None:
    rules_by_file = {}
    for folder in ("pipeline", "dags", "docker", "sql"):
        for path in (ROOT / folder).rglob("*.py"):
            if codes := re.findall(r"noqa:[^\n]*?\b(S\d{3})\b", path.read_text(encoding="utf-8")):
                rules_by_file[path.relative_to(ROOT).as_posix()] = codes
    assert rules_by_file == SET_ASIDE
    lint = PROJECT["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    for where, rules in lint["per-file-ignores"].items():
        assert "S" not in rules, where
        assert where.startswith(("tests", "benchmarks")) or not any(rule.startswith("S1") for rule in rules), where
