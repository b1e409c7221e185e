"""Releases in a real bucket: put there whole, never written over, read and verified from there as from a folder."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from wres.errors import UnavailableError, WresError
from wres.release import read_table
from wres.release.bucket_upload import fetch_published, put_release, upload
from wres.release.edition_history import read_since
from wres.release.read import list_tables, pull_table
from wres.release.repository import ReleaseName, ReleaseRepository, published_releases, release_in
from wres.release.verification import verify
from wres.release.writer import ReleaseExistsError
from wres.settings import Settings, load_settings

NAME = ReleaseName(2021, "1.0", "management")


@pytest.fixture
def options(bucket: Any, s3_server: str) -> str:
    return f"?endpoint_override={s3_server}&scheme=http&region=us-east-1"


@pytest.fixture
def afar(options: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose releases are in a bucket."""
    monkeypatch.setenv("WRES_PUBLISHED_URI", f"s3://wres/open/data{options}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "pipeline")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "pipeline-secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return load_settings()


@pytest.fixture
def release_folder(afar: Settings, made_release: Path) -> Path:
    return shutil.copytree(made_release, afar.published / NAME.path)


def keys(bucket: Any) -> list[str]:
    from pyarrow.fs import FileSelector, FileType

    objects = bucket.get_file_info(FileSelector("wres/open/data/", recursive=True, allow_not_found=True))
    return sorted(finding.path.removeprefix("wres/open/data/") for finding in objects if finding.type == FileType.File)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_release_is_put_there_whole_and_latest_follows(afar: Settings, release_folder: Path, bucket: Any) -> None:
    for _ in range(2):
        upload(afar, NAME, release_folder)
        assert keys(bucket) == sorted(
            [*(f"{NAME.path}/{file}" for file in contents(release_folder)), "2021/latest.json"]
        )
    with bucket.open_input_file(f"wres/open/data/{NAME.path}/csv/goals.csv") as file:
        assert file.readall() == contents(release_folder)["csv/goals.csv"]
        assert file.metadata()["Content-Type"] == b"text/csv"
    with bucket.open_input_file("wres/open/data/2021/latest.json") as file:
        assert json.loads(file.readall()) == {"collection_year": 2021, "management": "1.0"}


def test_it_is_read_as_from_a_folder(afar: Settings, release_folder: Path, options: str, tmp_path: Path) -> None:
    upload(afar, NAME, release_folder)
    shutil.rmtree(afar.home)
    assert read_table("goals", year=2021)["within"].tolist() == [0, 1]
    assert {row["edition"] for row in list_tables(afar)} == {"1.0"}
    path, name = pull_table(afar, "goals", 2021, None, None, "xlsx", tmp_path / "goals.xlsx")
    assert (name, path.stat().st_size > 5000) == (NAME, True)
    since = read_since(release_in(afar, NAME), NAME)
    assert (since.edition, len(since.printed["organisation"]["code"]), since.revisions.num_rows) == ("2021-1.0", 4, 1)
    assert published_releases(afar).address(NAME) == "s3://wres/open/data/2021/1.0/management"


def test_it_is_verified_where_it_lies(afar: Settings, release_folder: Path, bucket: Any, options: str) -> None:
    upload(afar, NAME, release_folder)
    address = f"s3://wres/open/data/{NAME.path}{options}"
    verdict = verify(address)
    assert (verdict.problems, verdict.summary.startswith("The management edition 1.0 of 2021")) == ([], True)
    with bucket.open_output_stream(f"wres/open/data/{NAME.path}/csv/goals.csv", compression=None) as target:
        target.write(b"x")
    assert verify(address).problems == ["csv/goals.csv was changed after it was made"]
    with pytest.raises(WresError, match="There is nothing at s3://wres/open/nowhere"):
        verify(f"s3://wres/open/nowhere{options}")


def test_until_the_manifest_is_there_the_release_is_not(
    afar: Settings, release_folder: Path, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    write = ReleaseRepository.write

    def end_at_fifth(self: ReleaseRepository, name: ReleaseName, file: str, content: bytes) -> None:
        order.append(file)
        if len(order) >= 5:
            raise KeyboardInterrupt
        write(self, name, file, content)

    def noted(self: ReleaseRepository, name: ReleaseName, file: str, content: bytes) -> None:
        write(self, name, file, content)
        order.append(file)

    monkeypatch.setattr(ReleaseRepository, "write", end_at_fifth)
    with pytest.raises(KeyboardInterrupt):
        put_release(published_releases(afar), NAME, release_folder)
    assert len(keys(bucket)) == 4
    assert published_releases(afar).all() == []
    monkeypatch.setattr(ReleaseRepository, "write", noted)
    put_release(published_releases(afar), NAME, release_folder)
    assert (order[-1], published_releases(afar).all()) == ("manifest.json", [NAME])


def test_another_release_is_never_written_over(afar: Settings, release_folder: Path, bucket: Any) -> None:
    upload(afar, NAME, release_folder)
    other = release_folder.with_name("other")
    shutil.copytree(release_folder, other)
    (other / "manifest.json").chmod(0o644)
    (other / "manifest.json").write_text("{}")
    with pytest.raises(ReleaseExistsError, match=r"s3://wres/open/data/2021/1\.0/management holds another release"):
        put_release(published_releases(afar), NAME, other)
    assert published_releases(afar).read(NAME, "manifest.json") == contents(release_folder)["manifest.json"]


def test_a_machine_that_did_not_make_it_fetches_it(afar: Settings, release_folder: Path) -> None:
    upload(afar, NAME, release_folder)
    before = contents(release_folder)
    shutil.rmtree(afar.published)
    fetch_published(afar, NAME, release_folder)
    assert contents(release_folder) == before
    assert not any(path.stat().st_mode & 0o222 for path in [release_folder, *release_folder.rglob("*")])
    fetch_published(afar, NAME, release_folder)  # what is there stays
    fetch_published(afar, ReleaseName(2021, "1.1", "management"), release_folder.with_name("none"))
    assert not release_folder.with_name("none").exists()


def test_a_bucket_that_cannot_be_used_is_reported(
    afar: Settings, options: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(WresError, match=r"place of releases wres/open/data cannot be used.*then try again") as error:
        read_table("goals", year=2021)
    assert "WRES_PUBLISHED_URI" in str(error.value)
    monkeypatch.setenv("WRES_PUBLISHED_URI", "s3://wres/x?endpoint_override=127.0.0.1:1&scheme=http&region=us-east-1")
    with pytest.raises(UnavailableError, match="cannot be reached"):
        list_tables(load_settings())
