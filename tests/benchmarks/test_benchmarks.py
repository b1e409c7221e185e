"""The benchmarks run, and say what changed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _from_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))


def test_an_exponent_is_the_slope_of_the_logarithms() -> None:
    from benchmarks.growth import exponent

    assert exponent((10, 100, 1000), [3.0, 300.0, 30_000.0]) == pytest.approx(2)
    assert exponent((220, 2_200), [1.5, 15.0]) == pytest.approx(1)


def test_a_time_is_compared_at_the_pace_of_the_machine() -> None:
    from benchmarks.kept_figures import changes
    from benchmarks.measuring import Figure

    def changed(unit: str, then: float | None, now: float | None) -> list[str]:
        old, new = Figure("start", "help", 1.0, unit, pace=then), Figure("start", "help", 2.0, unit, pace=now)
        return changes([old], [new])

    assert changed("s", 0.1, 0.2) == []  # on a machine half as fast
    assert changed("s", 0.1, 0.1) == ["start, help: 1 to 2 s (+100%, worse)"]
    assert changed("min", 0.1, 0.4) == ["start, help: 4 to 2 min (-50%, better)"]
    assert changed("s", None, 0.2) == changed("s", 0.1, None) == ["start, help: 1 to 2 s (+100%, worse)"]
    assert changed("MB", 0.1, 0.2) == ["start, help: 1 to 2 MB (+100%, worse)"]


def test_the_pace_is_a_time() -> None:
    from benchmarks.measuring import pace

    assert 0 < pace(1) < 60


def test_only_changes_beyond_the_noise_are_named() -> None:
    from benchmarks.kept_figures import changes
    from benchmarks.measuring import Figure

    before = [
        Figure("q", "slow", 1.0, "s", 0.01),
        Figure("q", "noisy", 1.0, "s", 0.2),
        Figure("q", "times", 50, "", least=True),
    ]
    now = [
        Figure("q", "slow", 1.3, "s", 0.01),
        Figure("q", "noisy", 1.3, "s", 0.2),
        Figure("q", "times", 60, "", least=True),
    ]
    slower, more = changes(before, now)
    assert "slow" in slower
    assert "+30%, worse" in slower
    assert "+20%, better" in more


def test_what_is_kept_takes_the_place_of_the_same_questions_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks import kept_figures
    from benchmarks.measuring import Figure

    monkeypatch.setattr(kept_figures, "FOLDER", tmp_path)
    start, growth = Figure("start", "help", 0.2, "s"), Figure("growth", "validate", 3.0, "s")
    kept_figures.keep("small", [start, growth, Figure("growth", "of old", 1.0, "s")])
    kept_figures.keep("small", [Figure("growth", "validate", 2.0, "s")])
    assert kept_figures.kept("small") == [start, Figure("growth", "validate", 2.0, "s")]
    assert kept_figures.kept("full") == []


def test_each_mistake_of_the_nation_is_found_by_us_and_by_row_models(tmp_path: Path) -> None:
    from benchmarks.contenders.rules import shared_rules
    from benchmarks.nation import MISTAKES, files

    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps(shared_rules()))
    sent = files(tmp_path, 12, "csv", one_in=1)  # every return has a mistake
    findings_by_tool = {
        name: _findings(name, rules, [str(path) for _, path in sent]) for name in ("ours", "row_models")
    }
    assert findings_by_tool["ours"] == findings_by_tool["row_models"]
    assert {code for _, code, _, _ in findings_by_tool["ours"]} == set(MISTAKES)


def _findings(name: str, rules: Path, sent: list[str]) -> list[tuple[str, ...]]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "contenders" / "run.py"), name, str(rules)],
        input=json.dumps(sent) + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    findings: list[list[str]] = json.loads(done.stdout.splitlines()[-1])["findings"]
    return sorted(tuple(finding) for finding in findings)
