"""The landing zone: the same promises in a folder and in a bucket."""

import fcntl
import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from wres import steps
from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.errors import UnavailableError, WresError
from wres.recovery.audit import audit
from wres.recovery.backup import backup
from wres.recovery.rebuild import rebuild
from wres.settings import Settings, load_settings
from wres.storage.file_store import FileStore
from wres.storage.landing import (
    delete_files,
    get_landed_address,
    landing_store,
    open_landed,
    read_landed,
    store_file,
    store_internal_file,
)
from wres.warehouse import connect

BYTES = b"collection_year,organisation_code\n2022,RXY\n" * 1000
SHA256 = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def in_bucket(use_s3: Callable[..., None], s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    use_s3()
    uri = f"s3://wres/kept/landing?endpoint_override={s3_server}&scheme=http&region=us-east-1"
    monkeypatch.setenv("WRES_LANDING_URI", uri)
    return load_settings()


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    return settings if request.param == "folder" else request.getfixturevalue("in_bucket")


def test_what_lands_is_read_again_and_once(store: Settings) -> None:
    assert store_file(store, io.BytesIO(BYTES)) == store_file(store, io.BytesIO(BYTES))
    assert store_file(store, io.BytesIO(BYTES)).sha256 == SHA256
    assert read_landed(store, SHA256, len(BYTES) + 1) == BYTES
    assert read_landed(store, SHA256, 10) == BYTES[:10]
    empty = store_file(store, io.BytesIO(b""))
    assert (empty.size, read_landed(store, empty.sha256, 10)) == (0, b"")


def test_what_is_forgotten_is_gone_and_may_come_again(store: Settings) -> None:
    store_file(store, io.BytesIO(BYTES))
    for _ in range(2):
        delete_files(store, [SHA256])
        with pytest.raises(FileNotFoundError):
            read_landed(store, SHA256, 10)
    store_file(store, io.BytesIO(BYTES))
    assert read_landed(store, SHA256, 10) == BYTES[:10]


def test_two_workers_may_land_the_same_bytes(store: Settings) -> None:
    with ThreadPoolExecutor(8) as workers:
        assert {landed.sha256 for landed in workers.map(lambda _: store_file(store, io.BytesIO(BYTES)), range(16))} == {
            SHA256
        }
    assert read_landed(store, SHA256, len(BYTES) + 1) == BYTES


def test_too_much_is_not_stored(store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_MAX_LANDED_BYTES", "1000")
    with pytest.raises(WresError, match=r"larger than 1,000 bytes"):
        store_file(load_settings(), io.BytesIO(BYTES))
    with pytest.raises(FileNotFoundError):
        read_landed(store, SHA256, 10)


def test_what_the_pipeline_made_itself_has_no_limit(store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of a build of 25,000 senders are longer than any return may be."""
    monkeypatch.setenv("WRES_MAX_LANDED_BYTES", "1000")
    settings = load_settings()
    assert store_internal_file(settings, io.BytesIO(BYTES)).sha256 == SHA256
    with open_landed(settings, SHA256) as source:
        assert source.read() == BYTES


def test_a_bucket_keeps_nothing_in_the_home(in_bucket: Settings, bucket: Any) -> None:
    store_file(in_bucket, io.BytesIO(BYTES))
    assert not in_bucket.landing.exists()
    key = f"wres/kept/landing/{SHA256[:2]}/{SHA256}"
    assert get_landed_address(in_bucket, SHA256) == f"s3://{key}"
    assert bucket.get_file_info(key).size == len(BYTES)


@pytest.mark.parametrize("damaged", [BYTES[:100], b"x" * len(BYTES)], ids=["half written", "of the same size"])
def test_a_damaged_file_is_made_good_by_the_same_bytes(store: Settings, damaged: bytes) -> None:
    landing_store(store).write(f"{SHA256[:2]}/{SHA256}", damaged)
    store_file(store, io.BytesIO(BYTES))
    assert read_landed(store, SHA256, len(BYTES) + 1) == BYTES


def test_a_whole_file_is_never_written_again(store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """So a failure half way through a second writing cannot harm what a receipt rests on."""
    store_file(store, io.BytesIO(BYTES))
    written: list[str] = []
    monkeypatch.setattr(FileStore, "write", lambda _store, path, _content: written.append(path))
    store_file(store, io.BytesIO(BYTES))
    assert written == []
    store_file(store, io.BytesIO(b"other"))
    assert len(written) == 1


def test_nothing_is_taken_off_the_channel_when_the_landing_store_is_away(
    in_bucket: Settings, put: Callable[..., str], bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    key = put("return.csv")
    monkeypatch.setenv("WRES_LANDING_URI", "s3://wres/kept?endpoint_override=127.0.0.1:1&scheme=http&region=x")
    with pytest.raises(
        UnavailableError, match=r"^The landing zone wres/kept cannot be used: the server cannot be reached"
    ):
        steps.receive(steps.open_context(2022))
    assert bucket.get_file_info(key).is_file
    assert get_receipts(open_registry(load_settings()), 2022) == []


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("s3://key:secret@wres/kept", "WRES_LANDING_URI holds credentials. Take them out; give them as AWS_"),
        ("/srv/landing", "WRES_LANDING_URI cannot be understood. Give it as s3://bucket/prefix"),
        ("s3://", "WRES_LANDING_URI cannot be understood"),
    ],
)
def test_a_wrong_address_is_said(uri: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_LANDING_URI", uri)
    with pytest.raises(WresError, match=says):
        store_file(load_settings(), io.BytesIO(BYTES))


def test_a_bucket_that_is_not_there_is_no_reason_to_wait(in_bucket: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_LANDING_URI", in_bucket.landing_uri.replace("wres/kept", "nowhere/kept"))
    with pytest.raises(WresError) as caught:
        store_file(load_settings(), io.BytesIO(BYTES))
    assert not isinstance(caught.value, UnavailableError)
    assert "there is no such bucket" in str(caught.value) or "access is denied" in str(caught.value)


@pytest.fixture
def by_the_endpoint_for_all(in_bucket: Settings, s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """As in production: bare addresses, and one endpoint and region for channel, landing zone and warehouse."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://{s3_server}")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("WRES_S3_URL", "s3://wres/some/where")
    monkeypatch.setenv("WRES_LANDING_URI", "s3://wres/kept/landing")
    monkeypatch.setenv("WRES_WAREHOUSE_URI", "s3://wres/kept/warehouse")
    return load_settings()


def test_the_whole_way_on_one_object_store(
    by_the_endpoint_for_all: Settings, figures: Callable[..., Any], put: Callable[..., str], bucket: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from pyarrow.fs import FileSelector

    rows = ["collection_year,organisation_code,item,ethnic_group,value"]
    cells = figures(2022, (2505, 725, 66), ("17", "9", "0"))
    rows += [f"2022,RXY,{item},{group},{value}" for (item, group), value in cells.items()]
    put("return.csv", "\n".join(rows).encode())
    monkeypatch.setenv("WRES_AS_OF", "2022-09-10T12:00")
    collected = steps.collect(steps.open_context(2022))
    assert (collected["accepted"] + collected["accepted_with_queries"], collected["failures"]) == (1, [])
    assert steps.build(steps.open_context(2022))["relative_likelihood"] == "1.83"
    kept = [info.path for info in bucket.get_file_info(FileSelector("wres/kept", recursive=True)) if info.is_file]
    assert any(path.startswith("wres/kept/warehouse/raw/figures/data/") for path in kept)
    with connect(settings=by_the_endpoint_for_all) as warehouse:
        asked = "SELECT relative_likelihood FROM mart.organisation JOIN raw.figures ON code = organisation_code LIMIT 1"
        assert [str(ratio) for (ratio,) in warehouse.execute(asked).fetchall()] == ["1.83"]
    (receipt,) = get_receipts(open_registry(by_the_endpoint_for_all), 2022)
    assert f"wres/kept/landing/{receipt.sha256[:2]}/{receipt.sha256}" in kept
    assert any(path.startswith("wres/kept/landing/journal/2022/") for path in kept)
    assert audit(by_the_endpoint_for_all, open_registry(by_the_endpoint_for_all), None, lambda *_: None) == []
    home = by_the_endpoint_for_all.home
    assert not (home / "warehouse").exists()
    assert not (home / "landing").exists()

    # With the bucket alone, all of it is made again elsewhere.
    backup(by_the_endpoint_for_all, open_registry(by_the_endpoint_for_all), home.with_name("backup"), lambda *_: None)
    monkeypatch.setenv("WRES_HOME", str(home.with_name("elsewhere")))
    monkeypatch.setenv("WRES_WAREHOUSE_URI", "s3://wres/kept/another")
    assert rebuild(load_settings(), lambda *_: None)["builds"] == 1
    assert steps.build(steps.open_context(2022))["changed"] is False


def test_what_a_killed_run_left_half_written_is_removed_but_not_what_another_worker_writes(settings: Settings) -> None:
    store_file(settings, io.BytesIO(b"first"))
    old_part, held = settings.landing / ".left.part", settings.landing / ".held.part"
    old_part.write_bytes(b"Surname,")
    with held.open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        store_file(settings, io.BytesIO(b"second"))
        assert (old_part.exists(), held.exists()) == (False, True)
    store_file(settings, io.BytesIO(b"third"))
    assert not held.exists()
