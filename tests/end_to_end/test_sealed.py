"""A sealed edition: who may see it early, what takes its place before the release time, and what then goes out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.approvals import approve_build
from wres import steps
from wres.database.registry import open_registry
from wres.database.releases import get_releases
from wres.errors import WresError
from wres.release.reproduce import compare_rebuilt
from wres.settings import Settings

AFTER_CLOSE, BEFORE_RELEASE, RELEASE = "2022-10-03T09:00", "2023-02-22T09:29", "2023-02-22T09:30"
HEADER = "role,organisation,reason,access_from\n"
MINISTER = "Minister of State,Department of Health and Social Care,to answer questions,2023-02-21T09:30\n"
SEALED = "Sealed until 09:30 on 22 February 2023; publish again then."


pytestmark = pytest.mark.usefixtures("removable")


@pytest.fixture
def build_with(
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    world: Callable[..., Any],
) -> Callable[[str, str], None]:
    """Sends a return, with so many BME entries, and builds at a time and approves."""

    def build(entered: str, time: str) -> None:
        set_clock("2022-06-10T12:00" if time == AFTER_CLOSE else "2022-09-20T12:00")
        send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", entered, "0")))
        if time == AFTER_CLOSE:
            send_csv(2022, "RJ1", figures(2022, (500, 900, 20), ("30", "20", "0")))
        steps.collect(steps.open_context(2022))
        set_clock(time)
        steps.build(steps.open_context(2022))
        approve_build()

    def build_first(entered: str, time: str) -> None:
        if time == AFTER_CLOSE:
            world(f"approved-{entered}", lambda: build(entered, time))
            set_clock(time)
        else:
            build(entered, time)

    return build_first


def allow(settings: Settings, text: str) -> None:
    settings.pre_release_access.mkdir(exist_ok=True)
    (settings.pre_release_access / "2022.csv").write_text(text, encoding="utf-8")


def manifest(folder: str | Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((Path(folder) / "manifest.json").read_text())
    return document


@pytest.mark.slow
def test_a_sealed_edition_that_another_replaces_is_never_published(
    settings: Settings, set_clock: Callable[[str], None], build_with: Callable[[str, str], None]
) -> None:
    build_with("12", AFTER_CLOSE)
    first = steps.publish(steps.open_context(2022))
    assert first["official_state"] == f"{SEALED} Nobody has pre-release access."
    build_with("13", BEFORE_RELEASE)
    second = steps.publish(steps.open_context(2022), note="One return came again.")
    assert (second["edition"], second["official"]) == ("1.1", str(settings.sealed / "2022" / "1.1" / "official"))
    assert second["official_state"] == (
        f"{SEALED} Nobody has pre-release access. Edition 2022-1.0 is replaced by it and never published."
    )
    assert steps.publish(steps.open_context(2022)) == second
    note = (settings.sealed / "2022" / "1.0" / "REPLACED.txt").read_text()
    assert note == (
        "The official edition 1.0 of 2022 was replaced by edition 1.1 before the release time, on 22 February 2023 at "
        "09:29. It was never published.\n"
    )

    set_clock(RELEASE)
    assert steps.publish(steps.open_context(2022))["official_state"] == "Published."
    there = {path.relative_to(settings.published / "2022").as_posix() for path in settings.published.glob("2022/*/*")}
    assert there == {"1.0/management", "1.1/management", "1.1/official"}
    folder = settings.published / "2022" / "1.1" / "official"
    stated = manifest(folder)
    assert (stated["compared_with"], stated["published_before"], stated["replaces"]) == (None, [], ["2022-1.0"])
    assert len((folder / "csv" / "revisions.csv").read_text().splitlines()) == 1
    assert "Edition 2022-1.0 was never published" in (folder / "index.html").read_text(encoding="utf-8")
    engine = open_registry(settings)
    assert [release.edition for release in get_releases(engine, 2022, "official")] == ["1.0", "1.1"]  # its record stays
    for edition in ("1.0", "1.1"):  # and it can still be made again
        assert compare_rebuilt(settings, engine, 2022, edition, "official") == []

    set_clock(BEFORE_RELEASE)
    with pytest.raises(
        WresError, match=r"^The official edition 1\.1 of 2022 is published, but the clock stands before"
    ):
        steps.publish(steps.open_context(2022), "1.2", "A clock set back.")
    assert [release.edition for release in get_releases(engine, 2022, "official")] == ["1.0", "1.1"]


def test_who_may_see_it_early_is_published_with_it(
    settings: Settings, set_clock: Callable[[str], None], build_with: Callable[[str, str], None]
) -> None:
    build_with("12", AFTER_CLOSE)
    allow(settings, "role\nMinister\n")
    with pytest.raises(WresError, match=r"^pre-release-access/2022\.csv, line 1: the header is not "):
        steps.publish(steps.open_context(2022))
    allow(settings, HEADER + MINISTER)
    sealed = steps.publish(steps.open_context(2022))
    assert sealed["official_state"] == f"{SEALED} Pre-release access for 1 role from 09:30 on 21 February 2023."
    assert manifest(sealed["folder"])["pre_release_access"] is None
    assert manifest(sealed["official"])["pre_release_access"] == [
        {
            "role": "Minister of State",
            "organisation": "Department of Health and Social Care",
            "reason": "to answer questions",
            "access_from": "2023-02-21T09:30:00Z",
        }
    ]
    page = (Path(sealed["official"]) / "index.html").read_text(encoding="utf-8")
    assert "Minister of State, Department of Health and Social Care, from 09:30 on 21 February 2023: to answer" in page

    allow(settings, HEADER)
    assert steps.publish(steps.open_context(2022))["official_state"].startswith(
        f"{sealed['official_state']} pre-release-access/2022.csv changed since, and this edition keeps what it was"
    )
    assert compare_rebuilt(settings, open_registry(settings), 2022, "1.0", "official") == []
