"""From a build to its official release: a checklist, a named person, the release time; and what voids an approval."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.registry import get_approvals
from wres import steps
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.reference import year_config
from wres.settings import Settings, load_settings

Wres = Callable[..., tuple[int, str, str]]

AFTER_CLOSE, BEFORE_RELEASE, RELEASE = "2022-10-03T09:00", "2023-02-22T09:29", "2023-02-22T09:30"


@pytest.fixture
def built(
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    world: Callable[..., Any],
) -> list[str]:
    """One build of two returns after the hard close; gives the warnings of its checklist.

    No count is small: what a nation of three held back could not be kept through a revision, which R502 would stop.
    """

    def make() -> list[str]:
        set_clock("2022-06-10T12:00")
        send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "12", "0")))
        send_csv(2022, "RJ1", figures(2022, (500, 900, 20), ("30", "20", "0")))
        steps.collect(steps.open_context(2022))
        set_clock(AFTER_CLOSE)
        steps.build(steps.open_context(2022))
        return warnings()

    builds: list[str] = world("two-after-close", make)
    set_clock(AFTER_CLOSE)
    return builds


def warnings() -> list[str]:
    return [row["code"] for row in steps.checklist(steps.open_context(2022)) if row["severity"] == "warning"]


def errors() -> list[str]:
    return [row["code"] for row in steps.checklist(steps.open_context(2022)) if row["severity"] == "error"]


def approve(by: str = "Approver", role: str = "head of profession") -> None:
    steps.approve(steps.open_context(2022), by, role, warnings())


def test_no_official_release_without_an_approval(
    settings: Settings, set_clock: Callable[[str], None], built: object
) -> None:
    set_clock(RELEASE)
    releases = steps.publish(steps.open_context(2022))
    assert releases["official"] is None
    assert releases["official_state"].startswith("Not made: this build is not approved.")
    assert not list(settings.published.rglob("official"))


def test_an_approved_release_is_sealed_until_its_time(
    settings: Settings, set_clock: Callable[[str], None], built: object
) -> None:
    approve()
    set_clock(BEFORE_RELEASE)
    releases = steps.publish(steps.open_context(2022))
    assert releases["official"] == str(settings.sealed / "2022" / "1.0" / "official")
    assert releases["official_state"] == (
        "Sealed until 09:30 on 22 February 2023; publish again then. Nobody has pre-release access."
    )
    assert stat.S_IMODE(settings.sealed.stat().st_mode) == 0o700
    assert [path.name for path in (settings.published / "2022" / "1.0").iterdir()] == ["management"]
    assert steps.publish(steps.open_context(2022)) == releases

    set_clock(RELEASE)
    opened = steps.publish(steps.open_context(2022))
    folder = settings.published / "2022" / "1.0" / "official"
    assert (opened["official"], opened["official_state"]) == (str(folder), "Published.")
    assert not (settings.sealed / "2022" / "1.0" / "official").exists()
    assert not any(path.stat().st_mode & 0o222 for path in [folder, *folder.rglob("*")])
    assert json.loads((folder / "manifest.json").read_text())["audience"] == "official"
    assert steps.publish(steps.open_context(2022)) == opened


def test_sealing_changes_no_byte(settings: Settings, set_clock: Callable[[str], None], built: object) -> None:
    approve()
    set_clock(BEFORE_RELEASE)
    sealed = contents(steps.publish(steps.open_context(2022))["official"])
    set_clock(RELEASE)
    assert contents(steps.publish(steps.open_context(2022))["official"]) == sealed


def contents(folder: str) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(Path(folder).rglob("*")) if p.is_file()}


def test_a_changed_build_voids_the_approval(
    set_clock: Callable[[str], None], built: object, figures: Callable[..., Any], send_csv: Callable[..., Any]
) -> None:
    approve()
    steps.publish(steps.open_context(2022))
    set_clock("2022-09-20T12:00")
    send_csv(2022, "RR8", figures(2022, (5000, 900, 20), ("30", "20", "0")))
    steps.collect(steps.open_context(2022))
    set_clock(RELEASE)
    assert errors() == ["build-out-of-date"]
    with pytest.raises(WresError, match=r"holds errors \(build-out-of-date\)"):
        approve()
    steps.build(steps.open_context(2022))
    releases = steps.publish(steps.open_context(2022), note="A return came late.")
    assert (releases["edition"], releases["official"]) == ("1.1", None)
    approve()
    assert steps.publish(steps.open_context(2022))["official"].endswith("published/2022/1.1/official")


@pytest.mark.parametrize(
    ("by", "role", "wrong"),
    [
        ("", "head of profession", "approver's name"),
        ("   ", "head of profession", "approver's name"),
        ("Approver", "", "approver's role"),
        ("A" * 101, "head of profession", "at most 100 characters"),
        ("Appro\x00ver", "head of profession", "approver's name"),
    ],
)
def test_an_approval_needs_a_name_and_a_role(built: list[str], by: str, role: str, wrong: str) -> None:
    with pytest.raises(WresError, match=wrong):
        steps.approve(steps.open_context(2022), by, role, built)


def test_each_warning_is_accepted_by_name_and_nothing_else(built: list[str]) -> None:
    assert "M401" in built
    with pytest.raises(WresError, match=r"lacked M401\..* Missing: --accept M401"):
        steps.approve(
            steps.open_context(2022), "Approver", "head of profession", [code for code in built if code != "M401"]
        )
    with pytest.raises(WresError, match="collection-open was accepted but is no warning"):
        steps.approve(steps.open_context(2022), "Approver", "head of profession", [*built, "collection-open"])
    assert get_approvals(open_registry(load_settings()), 2022) == []


def test_who_approved_what_with_what_in_sight_is_kept(anywhere: Settings, built: list[str]) -> None:
    steps.approve(steps.open_context(2022), " The  Approver ", "head of profession", built)
    steps.approve(steps.open_context(2022), "The Approver", "head of profession", built)  # twice is once
    [kept] = get_approvals(open_registry(anywhere), 2022)
    assert (kept.approved_by, kept.role, kept.via, kept.clock_source) == (
        "The Approver",
        "head of profession",
        "wres",
        "as_of",
    )
    assert kept.accepted == sorted(built)
    assert kept.checklist == steps.checklist(steps.open_context(2022))
    steps.approve(steps.open_context(2022), "Second Approver", "director", built)
    assert [approval.approved_by for approval in get_approvals(open_registry(anywhere), 2022)] == [
        "The Approver",
        "Second Approver",
    ]


def test_an_open_collection_and_waiting_returns_are_warned_of(
    set_clock: Callable[[str], None], built: list[str], figures: Callable[..., Any], send_csv: Callable[..., Any]
) -> None:
    assert not {"collection-open", "returns-waiting"} & set(built)
    set_clock("2022-07-01T12:00")
    send_csv(2022, "RR8", figures(2022, (5000, 900, 20), ("30", "20", "0")))
    steps.receive(steps.open_context(2022))
    assert {"collection-open", "returns-waiting"} <= set(warnings())


def test_on_the_command_line(wres: Wres, built: list[str]) -> None:
    clock = ("--as-of", AFTER_CLOSE)
    status, out, _ = wres("checklist", "2022", *clock, "--format", "json")
    assert status == 0
    assert [row["code"] for row in json.loads(out) if row["severity"] == "warning"] == built
    who = ("--by", "The Approver", "--role", "head of profession")
    status, out, err = wres("approve", "2022", *who, *clock)
    assert (status, out) == (2, "")
    assert f"the answer lacked {', '.join(built)}" in err
    assert err.endswith(f"Missing: {' '.join(f'--accept {code}' for code in built)}\n")
    accept = [part for code in built for part in ("--accept", code)]
    status, out, err = wres("approve", "2022", *who, *accept, *clock)
    assert (status, err) == (0, "")
    assert "Approved by: The Approver" in out
    status, out, _ = wres("publish", "2022", *clock)
    assert "Official state: Sealed until 09:30 on 22 February 2023; publish again then." in out


def test_nothing_is_approved_before_it_is_built(wres: Wres) -> None:
    for command in (("checklist", "2022"), ("approve", "2022", "--by", "Approver", "--role", "director")):
        status, _, err = wres(*command)
        assert (status, err) == (2, "The 2022 collection is not built yet. Run: wres build 2022\n")


def year_with(policy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The collection of 2022 under another disclosure policy than the shipped one."""
    text = (Path(year_config.__file__).parent / "years" / "2022.toml").read_text(encoding="utf-8")
    numbers = "" if policy == "open" else "threshold = 7\nrounding = 5\n"
    changed = f'{text[: text.index("[disclosure]")]}[disclosure]\npolicy = "{policy}"\n{numbers}'
    (tmp_path / "years").mkdir()
    (tmp_path / "years" / "2022.toml").write_text(changed, encoding="utf-8")
    monkeypatch.setenv("WRES_YEARS", str(tmp_path / "years"))


@pytest.fixture
def protected_2022(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    year_with("protected", tmp_path, monkeypatch)


@pytest.fixture
def open_2022(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    year_with("open", tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.usefixtures("protected_2022")
def test_a_release_that_cannot_be_protected_is_known_before_it_is_approved(
    settings: Settings,
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first edition rounds the nation; with notes that do not say so, nothing could protect the second."""

    def build_with(entered: str) -> None:
        set_clock("2022-09-20T12:00")
        send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", entered, "0")))
        send_csv(2022, "RJ1", figures(2022, (500, 900, 20), ("30", "20", "0")))
        steps.collect(steps.open_context(2022))
        set_clock(RELEASE)
        steps.build(steps.open_context(2022))

    build_with("2")
    rows = steps.checklist(steps.open_context(2022))
    [shown] = [row["message"] for row in rows if row["code"] == "figures-shown"]
    assert shown.startswith("After disclosure control the official tables show ")
    steps.approve(
        steps.open_context(2022), "Approver", "director", [row["code"] for row in rows if row["severity"] == "warning"]
    )
    steps.publish(steps.open_context(2022))
    build_with("9")
    assert errors() == []
    build_with("10")
    monkeypatch.setattr("wres.release.protection.read_rounded", lambda *_: frozenset())
    assert errors() == ["R502"]  # an error cannot be accepted, so nobody can approve this


def test_only_those_who_are_listed_may_decide(built: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_APPROVERS", "The Approver,  A. Deputy ,")
    with pytest.raises(WresError, match="Somebody Else may not approve a release"):
        steps.approve(steps.open_context(2022), "Somebody Else", "analyst", built)
    with pytest.raises(WresError, match="may not approve"):
        steps.reject(steps.open_context(2022), "Somebody Else", "analyst", "I do not like it")
    assert steps.approve(steps.open_context(2022), "a. deputy", "deputy head", built)["approved_by"] == "a. deputy"


def test_a_rejection_is_recorded_with_its_reason_and_the_checklist_shows_it(built: list[str]) -> None:
    with pytest.raises(WresError, match="give the reason"):
        steps.reject(steps.open_context(2022), "The Approver", "head of profession", "  ")
    for reason in ("RXY asked for more time.", "RXY is still late."):
        steps.reject(steps.open_context(2022), "The Approver", "head of profession", reason)
    [note] = [item for item in steps.checklist(steps.open_context(2022)) if item["code"] == "rejected"]
    assert note["severity"] == "note"
    assert note["message"].endswith("RXY is still late.")
    assert warnings() == built  # a note is no warning: the build may still be approved
    steps.approve(steps.open_context(2022), "The Approver", "head of profession", built)


def test_what_was_looked_at_is_what_is_approved(built: list[str]) -> None:
    with pytest.raises(WresError, match="2022-other is no longer its latest build"):
        steps.approve(steps.open_context(2022), "The Approver", "head of profession", built, build="2022-other")


@pytest.mark.usefixtures("open_2022")
def test_who_shows_every_figure_says_why_and_the_release_prints_it(
    settings: Settings, set_clock: Callable[[str], None], built: list[str], wres: Wres
) -> None:
    [note] = [item for item in steps.checklist(steps.open_context(2022)) if item["code"] == "open-policy"]
    assert "every figure, also small counts" in note["message"]
    for reason in (None, " ", "..."):
        with pytest.raises(WresError, match=r"the disclosure policy of 2022 is open.*Say why.*--reason"):
            steps.approve(steps.open_context(2022), "Approver", "director", built, reason=reason)
    accepted = [part for code in built for part in ("--accept", code)]
    answer = wres("approve", "2022", "--by", "Approver", "--role", "director", *accepted,
                  "--reason", "All trusts  agreed in writing.")  # fmt: skip
    assert answer[0] == 0, answer
    assert "All trusts agreed in writing." in answer[1]
    set_clock(RELEASE)
    folder = Path(str(steps.publish(steps.open_context(2022))["official"]))
    assert json.loads((folder / "manifest.json").read_bytes())["open_reason"] == "All trusts agreed in writing."
    assert "Why every figure of 2022 is shown: All trusts agreed in writing." in (folder / "index.html").read_text()


def test_a_reason_is_not_taken_where_none_is_needed(built: list[str]) -> None:
    with pytest.raises(WresError, match=r"that of 2022 is ratios\. Leave --reason out"):
        steps.approve(steps.open_context(2022), "Approver", "director", built, reason="No need.")
