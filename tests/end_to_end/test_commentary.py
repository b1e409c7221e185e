"""What publication staff write, from their file to the release and back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import steps
from pipeline.errors import WresError
from pipeline.publication.rebuild import compare_rebuilt
from pipeline.registry.database import open_registry
from pipeline.settings import Settings


@pytest.fixture(autouse=True)
def _removable(tmp_path: Path) -> Iterator[None]:
    """What is published is read-only; the temporary folder must be removable."""
    yield
    for folder in [path for path in tmp_path.rglob("*") if path.is_dir() and not path.is_symlink()]:
        folder.chmod(0o755)


def write(settings: Settings, text: str) -> None:
    settings.commentary.mkdir(exist_ok=True)
    (settings.commentary / "2022.md").write_text(text, encoding="utf-8")


def test_a_text_with_a_fault_stops_the_release_and_a_text_put_right_completes_it(
    settings: Settings, send_two: Callable[..., None]
) -> None:
    send_two()
    steps.build(2022)
    write(settings, "A first line.\n\nThe ratio was {national.ratio}.")
    with pytest.raises(WresError, match=r"commentary/2022\.md\), line 3: there is no placeholder \{national\.ratio\}"):
        steps.publish(2022)
    folder = settings.published / "2022" / "1.0" / "management"
    assert not folder.exists()

    write(settings, "The ratio was {national.relative_likelihood} in {year}.")
    assert steps.publish(2022)["edition"] == "1.0"
    said = (folder / "commentary.md").read_text(encoding="utf-8").splitlines()[-1]
    with (folder / "csv" / "national.csv").open(encoding="utf-8") as national:
        header, first = (line.strip().split(",") for line in (*national,)[:2])
    assert said == f"The ratio was {dict(zip(header, first, strict=True))['relative_likelihood']} in 2022."
    assert said in (folder / "index.html").read_text(encoding="utf-8")

    write(settings, "Another text.")
    assert steps.publish(2022)["edition"] == "1.0"
    assert said in (folder / "commentary.md").read_text(encoding="utf-8")
    assert compare_rebuilt(settings, open_registry(settings), 2022, "1.0", "management") == []


def test_without_a_text_of_their_own_staff_get_the_project_s(settings: Settings, send_two: Callable[..., None]) -> None:
    send_two()
    steps.build(2022)
    steps.publish(2022)
    text = (settings.published / "2022" / "1.0" / "management" / "commentary.md").read_text(encoding="utf-8")
    assert "In the year to 31 March 2022 BME staff were" in text
    assert "There are no returns of 2021 to compare with." in text
