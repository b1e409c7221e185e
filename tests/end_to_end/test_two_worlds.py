"""What is public of two nations that differ only in counts that are held back is the same, byte for byte."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wres import steps
from wres.reference import year_config
from wres.settings import load_settings

# Mental health trusts of the Midlands. The first two change places, and nothing that is shown tells which is which.
TRUSTS = ("R1A", "RHA", "RLY", "RP1", "RP7", "RRE")
BME = ("2", "5", "1", "3", "6", "4")


@pytest.fixture
def _protected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(year_config.__file__).parent / "years" / "2022.toml").read_text(encoding="utf-8")
    assert 'policy = "ratios"' in text
    (tmp_path / "years").mkdir()
    (tmp_path / "years" / "2022.toml").write_text(text.replace('policy = "ratios"', 'policy = "protected"'), "utf-8")
    monkeypatch.setenv("WRES_YEARS", str(tmp_path / "years"))


@pytest.fixture
def official(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Path],
) -> Callable[[str, tuple[str, ...]], dict[str, bytes]]:
    """Publishes a nation with these BME entries in a home of its own; every file of the official release by name."""

    def publish(name: str, bme: tuple[str, ...]) -> dict[str, bytes]:
        monkeypatch.setenv("WRES_HOME", str(tmp_path / name))
        set_clock("2022-06-10T12:00")
        for code, entered in zip(TRUSTS, bme, strict=True):
            send_csv(2022, code, figures(2022, (4000, 1000, 50), ("40", entered, "0")))
        context = steps.open_context(2022)
        steps.collect(context)
        set_clock("2022-10-10T12:00")
        steps.build(context := steps.open_context(2022))
        warnings = [item["code"] for item in steps.checklist(context) if item["severity"] == "warning"]
        steps.approve(context, "A Person", "Head of profession", warnings)
        set_clock("2023-02-22T09:30")
        steps.publish(steps.open_context(2022))
        folder = load_settings().published / "2022" / "1.0" / "official"
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    return publish


@pytest.mark.slow
@pytest.mark.usefixtures("_protected")
def test_a_release_says_nothing_of_the_counts_that_it_holds_back(
    official: Callable[[str, tuple[str, ...]], dict[str, bytes]], tmp_path: Path
) -> None:
    first_files, other = official("one", BME), official("other", (BME[1], BME[0], *BME[2:]))
    assert first_files.keys() == other.keys()
    assert [name for name in first_files if first_files[name] != other[name]] == []
    manifest = json.loads(first_files["manifest.json"])
    assert manifest["build"] == "2022-b001"
    assert "snapshots" not in manifest
    assert "Iceberg" not in first_files["index.html"].decode()
    shutil.rmtree(tmp_path / "one")
