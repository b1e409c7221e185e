"""Forgetting a receipt: bytes and texts are gone everywhere, and everything else still fits."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from wres import steps
from wres.database.audit_chain import first_broken_link
from wres.database.audit_log import get_events
from wres.database.models import Receipt
from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.database.validation_results import current_figures
from wres.errors import WresError
from wres.intake.audit_log_export import copied_events
from wres.recovery import forget as forgetting
from wres.recovery.audit import audit
from wres.recovery.backup import backup
from wres.recovery.forget import forget
from wres.recovery.rebuild import rebuild
from wres.recovery.restore import restore
from wres.settings import Settings, load_settings

SECRET = "Okafor was counted twice"
REASON = "The file named a member of staff"


def quiet(*_: object) -> None:
    """Nobody watches."""


def files_that_hold(home: Path, secret: str = "Okafor") -> list[str]:
    """The files that hold it; a database's free pages are part of its file."""
    return [path.name for path in home.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


@pytest.fixture
def sent(
    settings: Settings, set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Any]
) -> Settings:
    """Three returns of one organisation; the first two explain a query with the secret."""

    def explain(rows: list[list[str]]) -> None:
        rows.append(["2022", "RXY", "explanation.Q326", "", SECRET])

    set_clock("2022-06-10T12:00")
    cells = figures(2022, (1000, 100, 200), ("10", "6", "0"))
    for change in (explain, explain, None):
        send_csv(2022, "RXY", cells, change)
        steps.collect(steps.open_context(2022))
    assert len(files_that_hold(settings.home)) > 3
    return settings


def test_bytes_and_texts_are_gone_and_the_rest_fits(sent: Settings, wres: Callable[..., Any]) -> None:
    engine = open_registry(sent)
    before = current_figures(engine, 2022)
    status, out, err = wres("forget", "2022-RXY-001", "--reason", REASON)
    assert status == 0, err
    assert "2022-RXY-001, 2022-RXY-002" in out  # the same bytes
    assert "Backups" in err
    assert files_that_hold(sent.home) == []
    assert current_figures(engine, 2022) == before
    first, second, third = get_receipts(engine, 2022)
    assert (first.file_name, second.file_name) == ("(erased)", "(erased)")
    assert first.forgotten_at == second.forgotten_at
    assert third.forgotten_at is None
    assert not list(sent.landing.rglob(first.sha256))
    assert list(sent.landing.rglob(third.sha256))
    events = get_events(engine, 2022)
    assert first_broken_link(events) is None
    assert copied_events(sent, 2022).events == {event.sequence: event for event in events}
    assert REASON in events[-1].document
    report = json.loads((sent.outbox / "2022" / "RXY" / "2022-RXY-001" / "report.json").read_text())
    assert (report["status"], report["sha256"], report["receipt"]) == (
        "accepted_with_queries",
        first.sha256,
        first.receipt,
    )
    assert [finding["code"] for finding in report["findings"]] == ["Q326"]
    assert audit(sent, engine, None, quiet) == []
    steps.build(steps.open_context(2022))
    [*_, traced] = json.loads(wres("trace", "2022", "RXY", "--format", "json")[1])
    assert Path(traced["landed"]).read_bytes()  # of the return that counts
    assert wres("forget", third.receipt, "--reason", REASON)[0] == 0
    [*_, traced] = json.loads(wres("trace", "2022", "RXY", "--format", "json")[1])
    assert (traced["file_name"], traced["landed"]) == ("(erased)", None)


def test_twice_and_after_a_kill_it_ends_the_same(sent: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_registry(sent)

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("erase_in_copy", "delete_files", "_answer_again"):
        with monkeypatch.context() as patch:
            patch.setattr(forgetting, step, kill)
            with pytest.raises(KeyboardInterrupt):
                forget(sent, engine, "2022-RXY-001", REASON)
    forget(sent, engine, "2022-RXY-001", REASON)
    forget(sent, engine, "2022-RXY-002", REASON)
    assert [event.kind for event in get_events(engine, 2022)].count("forgotten") == 1
    assert files_that_hold(sent.home) == []
    assert audit(sent, engine, None, quiet) == []


def test_backup_restore_and_rebuild_know_it(sent: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_registry(sent)
    forget(sent, engine, "2022-RXY-001", REASON)
    steps.build(steps.open_context(2022))
    backup(sent, engine, tmp_path / "backup", quiet)
    assert files_that_hold(tmp_path / "backup") == []
    shutil.copytree(sent.landing, tmp_path / "rebuilt" / "landing")
    for name, again in (("restored", lambda home: restore(home, tmp_path / "backup", quiet)), ("rebuilt", None)):
        monkeypatch.setenv("WRES_HOME", str(tmp_path / name))
        home = load_settings()
        again(home) if again else rebuild(home, quiet)  # type: ignore[no-untyped-call]
        assert list(audit(home, open_registry(home), None, quiet)) == []
        assert [receipt.forgotten_at is None for receipt in get_receipts(open_registry(home), 2022)] == [
            False,
            False,
            True,
        ]
        assert files_that_hold(tmp_path / name) == []


def test_the_audit_sees_what_was_put_back_or_changed(sent: Settings) -> None:
    engine = open_registry(sent)
    landed = sent.landing / get_receipts(engine, 2022)[0].sha256[:2] / get_receipts(engine, 2022)[0].sha256
    content = landed.read_bytes()
    forget(sent, engine, "2022-RXY-001", REASON)
    landed.write_bytes(content)
    assert ["must not be kept" in str(row["what"]) for row in audit(sent, engine, None, quiet)] == [True]
    landed.unlink()
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE journal SET document = replace(document, '(erased)', 'x') WHERE kind = 'validated'")
        )
    discrepancies = [str(row["what"]) for row in audit(sent, engine, None, quiet)]
    assert any("was changed after it was written" in discrepancy for discrepancy in discrepancies)


@pytest.mark.parametrize(
    ("receipt", "reason", "expected"),
    [
        ("2022-RXY-009", REASON, "There is no receipt 2022-RXY-009"),
        ("2022-RXY-001", " - ", "Say in a few words why"),
        ("2022-RXY-001", "It named jane.doe@nhs.net", "must name nobody"),
    ],
)
def test_what_cannot_be_forgotten_is_said(sent: Settings, receipt: str, reason: str, expected: str) -> None:
    with pytest.raises(WresError, match=expected):
        forget(sent, open_registry(sent), receipt, reason)


def test_a_return_that_is_pending_is_validated_first(
    settings: Settings, set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Any]
) -> None:
    set_clock("2022-06-10T12:00")
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
    steps.receive(steps.open_context(2022))
    with pytest.raises(WresError, match="First run: wres collect 2022"):
        forget(settings, open_registry(settings), "2022-RXY-001", REASON)


def test_copies_that_senders_have_are_named_once_for_each_channel() -> None:
    receipts = [Receipt(receipt=f"2022-RXY-{number:03}", channel="web") for number in range(1, 8)]
    on_page, by_mesh = forgetting._say_who_has_copies([*receipts, Receipt(receipt="2022-RXY-008", channel="mesh")])
    assert "2022-RXY-005 and 2 more without these texts now. Ask the sender to delete any that was downl" in on_page
    assert by_mesh == "Reports went out by mesh, of 2022-RXY-008: ask the sender to delete them."
