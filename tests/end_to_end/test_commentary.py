"""What publication staff write, from their file to the release and back."""

from collections.abc import Callable

import pytest

from wres import steps
from wres.commentary.source_text import default_text
from wres.database.registry import open_registry
from wres.database.releases import get_releases
from wres.errors import WresError
from wres.release.reproduce import compare_rebuilt
from wres.settings import Settings

pytestmark = pytest.mark.usefixtures("removable")


def write(settings: Settings, text: str) -> None:
    settings.commentary.mkdir(exist_ok=True)
    (settings.commentary / "2022.md").write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("built_two")
def test_a_text_with_a_fault_stops_the_release_and_a_text_put_right_completes_it(settings: Settings) -> None:
    write(settings, "A first line.\n\nThe ratio was {national.ratio}.")
    with pytest.raises(WresError, match=r"commentary/2022\.md\), line 3: there is no placeholder \{national\.ratio\}"):
        steps.publish(steps.open_context(2022))
    folder = settings.published / "2022" / "1.0" / "management"
    assert not folder.exists()

    write(settings, "The ratio was {national.relative_likelihood} in {year}.")
    assert steps.publish(steps.open_context(2022))["edition"] == "1.0"
    last_line = (folder / "commentary.md").read_text(encoding="utf-8").splitlines()[-1]
    with (folder / "csv" / "national.csv").open(encoding="utf-8") as national:
        header, first = (line.strip().split(",") for line in (*national,)[:2])
    assert last_line == f"The ratio was {dict(zip(header, first, strict=True))['relative_likelihood']} in 2022."
    assert last_line in (folder / "index.html").read_text(encoding="utf-8")

    write(settings, "Another text.")
    assert steps.publish(steps.open_context(2022))["edition"] == "1.0"
    assert last_line in (folder / "commentary.md").read_text(encoding="utf-8")
    assert compare_rebuilt(settings, open_registry(settings), 2022, "1.0", "management") == []


@pytest.mark.usefixtures("built_two")
def test_without_a_text_of_their_own_staff_get_the_project_s(settings: Settings) -> None:
    steps.publish(steps.open_context(2022))
    text = (settings.published / "2022" / "1.0" / "management" / "commentary.md").read_text(encoding="utf-8")
    assert "In the year to 31 March 2022 BME staff were" in text
    assert "There are no returns of 2021 to compare with." in text


def test_on_the_command_line(
    settings: Settings, send_two: Callable[..., None], wres: Callable[..., tuple[int, str, str]]
) -> None:
    clock = ("--as-of", "2022-06-10T12:00")
    assert wres("commentary", "2022", *clock) == (2, "", "The 2022 collection is not built yet. Run: wres build 2022\n")
    send_two()
    steps.build(steps.open_context(2022))
    path = settings.commentary / "2022.md"
    status, out, err = wres("commentary", "2022", *clock)
    assert (status, err) == (0, "")
    assert out.startswith("**Management information: not for publication.**\n\n# WRES indicator 3, 2022, edition 1.0\n")
    assert not path.exists()
    assert wres("commentary", "2022", "--write")[0] == 0
    assert path.read_text(encoding="utf-8") == default_text()
    path.write_text("{national.relative_likelihood} in {year}.")
    status, out, _ = wres("commentary", "2022", "--audience", "official", *clock)
    assert (status, out.splitlines()[-1]) == (0, "1.46 in 2022.")
    refused = f"{path} is there already and is not written over. Edit it, or move it away first.\n"
    assert wres("commentary", "2022", "--write") == (2, "", refused)
    assert path.read_text() == "{national.relative_likelihood} in {year}."
    path.write_text("It was {=1.14")
    status, _, err = wres("commentary", "2022", *clock)
    assert status == 2
    assert err == (
        "The commentary (commentary/2022.md), line 1: a brace is left open. Placeholders look like "
        "{national.relative_likelihood}.\n"
    )
    [item] = [row for row in steps.checklist(steps.open_context(2022)) if row["code"] == "commentary"]
    assert (item["severity"], item["message"]) == ("error", err.strip())
    assert not settings.published.exists()
    assert get_releases(open_registry(settings), 2022, "management") == []
