"""An official release opens at its time by the machine's clock, and a note that cannot stand stops no year."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.approvals import approve_build
from wres import steps
from wres.database.audit_log import get_events
from wres.database.registry import open_registry
from wres.database.releases import get_releases
from wres.errors import WresError
from wres.recovery.audit import audit
from wres.reference.year_config import CollectionYear, load_year
from wres.release import publication_time
from wres.settings import Settings, load_settings

AFTER_CLOSE, RELEASE = "2022-10-03T09:00", "2023-02-22T09:30"


pytestmark = pytest.mark.usefixtures("removable")


@pytest.fixture
def approved(built_two: steps.Summary, set_clock: Callable[[str], None]) -> None:
    """The build of two returns, approved after the close."""
    set_clock(AFTER_CLOSE)
    approve_build()


def faults(settings: Settings) -> list[str]:
    return [str(row["what"]) for row in audit(settings, open_registry(settings), 2022, lambda *_: None)]


def test_a_clock_set_ahead_publishes_nothing(
    approved: None, settings: Settings, wres: Callable[..., tuple[int, str, str]]
) -> None:
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M}"
    for command in ("publish", "run"):
        status, _, errors = wres(command, "2022", "--as-of", tomorrow)
        assert (status, errors.startswith("Nothing was published: the clock is set to ")) == (2, True)
    assert not settings.published.exists()
    assert get_releases(open_registry(settings), 2022, "management") == []
    (settings.home / "SIMULATED").write_text("x")  # a marker alone does not make real returns simulated
    assert wres("publish", "2022", "--as-of", tomorrow)[0] == 2


def test_the_moment_of_unsealing_is_recorded_once_and_compared_with_the_release_time(
    approved: None, settings: Settings, set_clock: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.publish(steps.open_context(2022))
    engine = open_registry(settings)
    assert get_events(engine, 2022, kind="made public") == []
    set_clock(RELEASE)
    for _ in range(2):
        assert steps.publish(steps.open_context(2022))["official_state"] == "Published."
    [event] = get_events(engine, 2022, kind="made public")
    facts = event.content()["facts"]
    assert (facts["edition"], facts["clock"], facts["simulated"]) == ("1.0", "as_of", False)
    assert datetime.fromisoformat(facts["clock_time"]) == load_year(2022).release_time
    assert abs(datetime.fromisoformat(facts["machine_time"]) - datetime.fromisoformat(event.at)) < timedelta(minutes=5)
    assert faults(load_settings()) == []
    later = load_year(2022).model_copy(update={"release_time": datetime.now(UTC) + timedelta(days=100)})

    def calendar(*_: object) -> CollectionYear:
        return later

    monkeypatch.setattr("wres.recovery.audit_releases.load_year", calendar)
    [fault] = faults(load_settings())
    assert "was made public before its release time" in fault


def test_a_sealed_release_that_was_copied_out_is_seen_and_stops_nothing_else(
    approved: None, settings: Settings, set_clock: Callable[[str], None], wres: Callable[..., tuple[int, str, str]]
) -> None:
    sealed = Path(steps.publish(steps.open_context(2022))["official"])
    early = settings.published / "2022" / "1.0" / "official"
    shutil.copytree(sealed, early)
    [fault] = faults(load_settings())
    assert "lies among the published releases, but was never made public" in fault
    with pytest.raises(
        WresError, match=r"1\.0/official is there, but the official edition 1\.0 of 2022 was never made"
    ):
        steps.publish(steps.open_context(2022))
    assert "official" not in (settings.published / "2022" / "latest.json").read_text()
    again = ("publish", "2022", "--from-edition", "1.0", "--audience", "official", "--output")
    status, _, errors = wres(*again, str(settings.published / "2022" / "1.0" / "early"))
    assert (status, "where the pipeline keeps its own files" in errors) == (2, True)
    early.chmod(0o755)
    shutil.rmtree(early)
    set_clock(RELEASE)
    assert steps.publish(steps.open_context(2022))["official"] == str(early)
    assert faults(load_settings()) == []


BAD_NOTES = [
    "x",
    "c",
    "z",
    "-",
    "...",
    "\u2026",
    "[x]",
    "n/a",
    "2022",
    "!?",
    "Corrected",
    "\u00bfx?",
    "\U0001f642",
    "- - -",
]
BAD_NOTES += ["x\u200b", "a b", "1. 2. 3.", "See \x1b[2J above", "See \u202e above", "SENTENCE", '"..."', "x" * 2_001]


def test_a_note_that_is_no_sentence_claims_nothing(
    built_two: steps.Summary, settings: Settings, send_csv: Callable[..., Any], figures: Callable[..., Any]
) -> None:
    steps.publish(steps.open_context(2022))
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "3", "0")))
    steps.collect(steps.open_context(2022))
    steps.build(steps.open_context(2022))
    engine = open_registry(settings)
    for note in BAD_NOTES:
        with pytest.raises(WresError, match=r"^The note "):
            steps.publish(steps.open_context(2022), note=note)
    for blank in ("", " ", "\u00a0\n\t", "\u200b"):
        with pytest.raises(WresError, match="so it needs a note"):
            steps.publish(steps.open_context(2022), note=blank)
    assert [release.edition for release in get_releases(engine, 2022, "management")] == ["1.0"]
    releases = steps.publish(steps.open_context(2022), note="  A return\u00a0came\n again. ")
    assert (releases["edition"], get_releases(engine, 2022, "management")[-1].note) == ("1.1", "A return came again.")


def test_an_edition_that_was_never_written_is_shown_and_leaves_no_hole(
    built_two: steps.Summary,
    settings: Settings,
    send_csv: Callable[..., Any],
    figures: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    wres: Callable[..., tuple[int, str, str]],
) -> None:
    steps.publish(steps.open_context(2022))
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "3", "0")))
    steps.collect(steps.open_context(2022))
    steps.build(steps.open_context(2022))
    engine = open_registry(settings)

    def no_sentence(note: str | None) -> str | None:
        return note

    with monkeypatch.context() as patch:  # as a version did that claimed before it looked
        for name in ("publish", "editions"):
            patch.setattr(f"wres.release.{name}.checked_note", no_sentence)
        with pytest.raises(WresError, match="R503"):
            steps.publish(steps.open_context(2022), note="x")
    [shown] = [row for row in steps.checklist(steps.open_context(2022)) if row["code"] == "edition-unwritten"]
    assert shown["message"] == "Edition 1.1 of 2022 was reserved and is not written yet."
    [fault] = faults(load_settings())
    assert fault.startswith("the management edition 1.1 of 2022 was reserved and is not written: publish it (wres")
    assert wres("withdraw", "2022", "1.1", "--reason", "-")[0] == 2
    assert wres("withdraw", "2022", "1.0", "--reason", "It is wrong.")[0] == 2  # it is written
    assert wres("withdraw", "2022", "1.1", "--reason", "The note was wrong.")[0] == 0
    assert faults(load_settings()) == []
    with monkeypatch.context() as patch:
        for name in ("publish", "editions"):
            patch.setattr(f"wres.release.{name}.checked_note", no_sentence)
        with pytest.raises(WresError, match="R503"):
            steps.publish(steps.open_context(2022), note="x")
    send_csv(2022, "RJ1", figures(2022, (500, 900, 20), ("30", "21", "1")))
    steps.collect(steps.open_context(2022))
    steps.build(steps.open_context(2022))
    releases = steps.publish(steps.open_context(2022), note="Two returns came again.")
    assert (releases["edition"], releases["failures"]) == ("1.1", [])
    assert [(release.edition, release.build) for release in get_releases(engine, 2022, "management")][-1] == (
        "1.1",
        releases["build"],
    )
    assert faults(load_settings()) == []
    assert steps.publish(steps.open_context(2022))["edition"] == "1.1"
    for odd in ("1.3", "3.0", "1.1.1", "1.01", "\u0661.\u0662"):
        with pytest.raises(WresError):
            steps.publish(steps.open_context(2022), odd, "A number with a hole.")


@pytest.mark.parametrize("text", ["", " ", "-", "...", "1", "x", "A\x1b[2J", "B\u202eC D", "\u200b"])
def test_an_approver_is_named_in_letters(approved: None, text: str) -> None:
    accepted = [row["code"] for row in steps.checklist(steps.open_context(2022)) if row["severity"] == "warning"]
    with pytest.raises(WresError, match=r"Not approved: give the approver.s [a-z]+ in full, in letters"):
        steps.approve(steps.open_context(2022), text, "head of profession", accepted)
    with pytest.raises(WresError, match=r"Not approved: give the approver.s [a-z]+ in full, in letters"):
        steps.approve(steps.open_context(2022), "A Person", text, accepted)


@pytest.mark.parametrize(
    "sign", ["\x00", "\x07", "\x1b[31m", "\x0b", "\x0c", "\x1c", "\x7f", "\x85", "\u202e", "\ufffe"]
)
def test_a_control_character_in_the_commentary_is_reported_before_anything_is_claimed(
    built_two: steps.Summary, settings: Settings, sign: str
) -> None:
    settings.commentary.mkdir(exist_ok=True)
    (settings.commentary / "2022.md").write_text(f"A line.\n\nAnother {sign}line.\n", encoding="utf-8")
    with pytest.raises(WresError, match=r"commentary/2022\.md\), line 3: it has characters that no text has \(U\+"):
        steps.publish(steps.open_context(2022))
    assert get_releases(open_registry(settings), 2022, "management") == []


def test_only_what_is_wholly_simulated_may_take_a_clock_set_ahead(settings: Settings) -> None:
    engine = open_registry(settings)
    ahead = settings.model_copy(update={"as_of": datetime.now(UTC) + timedelta(days=400)})
    with pytest.raises(WresError, match="clock set ahead"):
        publication_time.require_clock_not_ahead(ahead, engine)
    (settings.home / "SIMULATED").write_text("x")
    publication_time.require_clock_not_ahead(ahead, engine)
