"""The audit log's copy in the landing zone: written once, caught up after a kill, and no registry may contradict it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from wres.database.audit_log import get_chains, get_events
from wres.database.receipts import NewReceipt, add_receipt
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.intake import audit_log_export
from wres.intake.audit_log_export import copied_chains, copied_events, export_audit_log
from wres.settings import Settings, load_settings

NOON = datetime(2022, 6, 10, 12, tzinfo=UTC)


def receive(engine: Engine, delivery: str, code: str = "RXY", year: int = 2022) -> str:
    return add_receipt(
        engine, NewReceipt(year, code, "folder", delivery, "return.csv", "0" * 64, 7, NOON, "machine", simulated=False)
    )


@pytest.fixture
def in_folder(_clean_environment: None) -> Settings:
    return load_settings()


@pytest.fixture(params=["folder", "bucket"])
def settings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, in_folder: Settings) -> Settings:
    if request.param == "bucket":
        server = request.getfixturevalue("s3_server")
        request.getfixturevalue("bucket")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "pipeline")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "pipeline-secret")
        url = f"s3://wres/landing?endpoint_override={server}&scheme=http&region=us-east-1"
        monkeypatch.setenv("WRES_LANDING_URI", url)
    return load_settings()


def test_what_is_exported_is_what_the_registry_holds(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log_export, "EVENTS_IN_FILE", 2)
    engine = open_registry(settings)
    for name in "abcde":
        receive(engine, name)
    receive(engine, "x", year=2021)
    export_audit_log(settings, engine, 2022)
    assert copied_chains(settings) == [2022]
    export_audit_log(settings, engine)
    export_audit_log(settings, engine)
    assert copied_chains(settings) == [2021, 2022]
    assert list(copied_events(settings, 2022).events.values()) == get_events(engine, 2022)
    assert copied_events(settings, 2022).problems == []
    assert [(head.chain, head.exported) for head in get_chains(engine)] == [(2021, 1), (2022, 5)]


def test_a_killed_export_is_caught_up(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_registry(settings)
    receive(engine, "a")
    with monkeypatch.context() as killed:
        killed.setattr(audit_log_export, "mark_exported", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            export_audit_log(settings, engine)
    receive(engine, "b")
    export_audit_log(settings, engine)
    copied = copied_events(settings, 2022)
    assert (sorted(copied.events), copied.problems) == ([1, 2], [])


def test_an_older_registry_put_back_is_noticed(settings: Settings) -> None:
    engine = open_registry(settings)
    receive(engine, "a")
    export_audit_log(settings, engine)
    with engine.begin() as connection:
        for table in ("journal", "journal_heads", "receipts"):
            connection.execute(text(f"DELETE FROM {table}"))
    receive(engine, "b")
    with pytest.raises(WresError, match="other events of 2022 than the registry, from event 1 on: an older registry"):
        export_audit_log(settings, engine)


def test_a_changed_file_is_reported(in_folder: Settings) -> None:
    settings = in_folder
    engine = open_registry(settings)
    receive(engine, "a")
    export_audit_log(settings, engine)
    (file,) = (settings.landing / "journal" / "2022").iterdir()
    file.write_text(file.read_text().replace("RXY", "RXX"))
    assert copied_events(settings, 2022).problems == [f"journal/2022/{file.name} in the landing zone was changed"]
    file.write_text("no event")
    assert "cannot be read as events" in copied_events(settings, 2022).problems[0]


def test_the_copy_is_private_and_whole(in_folder: Settings) -> None:
    settings = in_folder
    engine = open_registry(settings)
    receive(engine, "a")
    export_audit_log(settings, engine)
    assert settings.landing.stat().st_mode & 0o777 == 0o700
    assert not list(settings.landing.rglob("*.part"))
