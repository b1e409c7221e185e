"""What lies beside all releases, asked for as readers and programs do: from a plain web server."""

import functools
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen
from xml.etree import ElementTree

import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator

from wres.catalogue import write_catalogue as module
from wres.catalogue.official_releases import OfficialRelease, official_releases
from wres.catalogue.write_catalogue import write_catalogue
from wres.outputs.metadata import Publication, ReleaseMetadata
from wres.release.bucket_upload import upload
from wres.release.repository import ReleaseName, published_releases
from wres.release.writer import write_release
from wres.settings import Settings, load_settings

Tables = dict[str, pa.Table]
Get = Callable[[str], bytes]
OPENAPI = json.loads((Path(module.__file__).parent / "openapi.json").read_text(encoding="utf-8"))


class Quiet(SimpleHTTPRequestHandler):
    """A web server that knows nothing of these files."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the standard library
        pass


@pytest.fixture
def publish(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, about: ReleaseMetadata
) -> Iterator[Callable[[Tables, ReleaseName, str | None], int]]:
    """Put an official release among the published ones and write what lies beside them."""
    public: set[ReleaseName] = set()
    names = lambda _engine, year: {name for name in public if name.year == year}  # noqa: E731
    monkeypatch.setattr("wres.catalogue.official_releases.public_names", names)
    monkeypatch.setattr("wres.catalogue.official_releases.years_released", lambda *_: {name.year for name in public})

    def put(tables: Tables, name: ReleaseName, note: str | None = None) -> int:
        released = datetime(name.year + 1, 2, 20 + int(name.edition[-1]), 9, 30, tzinfo=UTC)
        publication = Publication(released, "The team", "team@example.nhs.uk", "Final.", date(name.year + 2, 3, 1))
        facts = replace(
            about, collection_year=name.year, edition=name.edition, audience=name.audience, note=note,
            publication=publication,
        )  # fmt: skip
        write_release(settings.published / name.path, tables, facts)
        public.add(name)
        return write_catalogue(settings, None)  # type: ignore[arg-type]

    yield put
    for folder in [path for path in settings.published.rglob("*") if path.is_dir()]:
        folder.chmod(0o755)


@pytest.fixture
def two_releases(publish: Callable[..., int], collection_tables: Callable[..., Tables], three_years: Tables) -> None:
    """The official releases of 2021 and, with an organisation fewer and a year more, of 2022."""
    earlier = {**collection_tables((2020, 2021)), "revisions": three_years["revisions"].slice(0, 0)}
    publish(earlier, ReleaseName(2021, "1.0", "official"))
    later = {**collection_tables(missing=frozenset({(2022, "T1520")})), "revisions": earlier["revisions"]}
    publish(later, ReleaseName(2022, "1.0", "official"))


@pytest.fixture
def get(settings: Settings, two_releases: None) -> Iterator[Get]:
    handler = functools.partial(Quiet, directory=str(settings.published))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def ask(path: str) -> bytes:
            with urlopen(urljoin(f"http://127.0.0.1:{server.server_port}/", path)) as answer:
                content: bytes = answer.read()
                return content

        yield ask
        server.shutdown()


def validate(document: Any, schema: str) -> None:
    validator = Draft202012Validator({**OPENAPI, "$ref": f"#/components/schemas/{schema}"})
    assert [(list(error.path), error.message) for error in validator.iter_errors(document)] == []


def test_a_client_finds_its_way_from_the_publications_to_every_file(get: Get, settings: Settings) -> None:
    """It knows the description and one address; each answer is as the description says."""
    asked: set[str] = set()

    def fetch(path: str, **names: str) -> Any:
        stated = OPENAPI["paths"][path]["get"]["responses"]["200"]["content"]
        ((media, content),) = stated.items()
        address = "api/v1" + path.format(**names)
        asked.add(address)
        answer = get(address)
        if media != "application/json":
            return answer
        document = json.loads(answer)
        validate(document, content["schema"]["$ref"].rpartition("/")[2])
        return document

    (publication,) = fetch("/publications.json")["results"]
    assert fetch("/publications/{publicationId}.json", publicationId=publication["id"]) == publication
    data_sets = fetch("/publications/{publicationId}/data-sets.json", publicationId=publication["id"])["results"]
    assert len(data_sets) > 10
    for data_set in data_sets:
        parameters = {"dataSetId": data_set["id"]}
        assert fetch("/data-sets/{dataSetId}.json", **parameters) == data_set
        meta = fetch("/data-sets/{dataSetId}/meta.json", **parameters)
        table = fetch("/data-sets/{dataSetId}/csv.csv", **parameters)
        newest = data_set["latestVersion"]
        assert table == get(newest["file"]["path"])
        assert table.count(b"\r\n") == newest["totalResults"] + 1
        columns = table.partition(b"\r\n")[0].decode().split(",")
        assert {item["column"] for item in (*meta["indicators"], *meta["filters"])} <= set(columns)
        versions = fetch("/data-sets/{dataSetId}/versions.json", **parameters)["results"]
        assert versions[0]["version"] == newest["version"]
        for version in versions:
            which = {**parameters, "dataSetVersion": version["version"]}
            assert fetch("/data-sets/{dataSetId}/versions/{dataSetVersion}.json", **which) == version
            fetch("/data-sets/{dataSetId}/versions/{dataSetVersion}/meta.json", **which)
            fetch("/data-sets/{dataSetId}/versions/{dataSetVersion}/changes.json", **which)
    there = {path.relative_to(settings.published).as_posix() for path in (settings.published / "api").rglob("*.*")}
    files = {path for path in there if (settings.published / path).is_file()}
    assert files - asked == {"api/v1/openapi.json"}


def test_changes_say_what_came_and_what_went(get: Get) -> None:
    (publication,) = json.loads(get("api/v1/publications.json"))["results"]
    data_sets = json.loads(get(f"api/v1/publications/{publication['id']}/data-sets.json"))["results"]
    (organisation,) = [data_set for data_set in data_sets if data_set["title"].endswith("by organisation")]
    folder = f"api/v1/data-sets/{organisation['id']}"
    versions = json.loads(get(f"{folder}/versions.json"))["results"]
    assert [version["version"] for version in versions] == ["2022.1.0", "2021.1.0"]
    changes = json.loads(get(f"{folder}/versions/2022.1.0/changes.json"))
    added = {"code": "CY", "period": "2022", "label": "2022"}
    assert changes["minorChanges"]["timePeriods"] == [{"currentState": added}]
    first = json.loads(get(f"{folder}/versions/2021.1.0/changes.json"))
    assert first == {
        "versionNumber": "2021.1.0", "notes": "The first version.", "majorChanges": {}, "minorChanges": {},
    }  # fmt: skip


def links(page: bytes) -> list[str]:
    return [
        address
        for address in re.findall(r'(?:href|src)="([^"]+)"', page.decode())
        if not address.startswith(("data:", "mailto:", "https:", "#"))
    ]


def test_no_link_of_any_page_is_broken(get: Get) -> None:
    pending, seen = ["index.html"], set()
    while pending:
        path = pending.pop()
        seen.add(path)
        content = get(path)
        if path.endswith(".html"):
            refreshed = re.findall(r'content="0; url=([^"]+)"', content.decode())
            for address in [*links(content), *refreshed]:
                target = urlsplit(urljoin(f"/{path}", address)).path.lstrip("/")
                if target not in seen and target not in pending:
                    pending.append(target)
    assert {"latest/index.html", "latest/organisation/RXY.html", "2021/1.0/official/index.html", "feed.atom"} <= seen
    assert len(seen) > 80


def test_every_page_has_an_address_that_leads_to_the_newest_release_with_it(get: Get) -> None:
    newest = re.findall(r'<a href="([^"]+)"', get("latest/organisation/RXY.html").decode())[0]
    assert newest == "../../2022/1.0/official/organisation/RXY.html"
    assert "../2022/1.0/official/method.html" in get("latest/method.html").decode()
    assert '.newer:not([data-release="2022-1.0"]) { display: block; }' in get("latest.css").decode()
    assert 'data-release="2021-1.0"' in get("2021/1.0/official/organisation/RXY.html").decode()


def test_the_feed_has_each_release_the_newest_first(get: Get) -> None:
    space = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(get("feed.atom"))
    entries = feed.findall(f"{space}entry")
    titles = [entry.findtext(f"{space}title") for entry in entries]
    assert [str(title)[:33] for title in titles] == [
        "WRES indicator 3, 2022, edition 1", "WRES indicator 3, 2021, edition 1",
    ]  # fmt: skip
    assert feed.findtext(f"{space}updated") == entries[0].findtext(f"{space}updated") == "2023-02-20T09:30:00Z"
    ids = [element.text for element in feed.iter(f"{space}id")]
    assert len(set(ids)) == len(ids) == 3
    for entry in entries:
        (link,) = entry.findall(f"{space}link")
        assert get(link.attrib["href"])


def test_the_list_says_when_and_why(get: Get) -> None:
    page = get("index.html").decode()
    for text in ("20 February 2023, 9:30am", "1 March 2024", "team@example.nhs.uk", "Final.", "First edition"):
        assert text in page, text


def test_the_same_releases_write_nothing_and_a_revision_only_what_changed(
    settings: Settings, two_releases: None, publish: Callable[..., int], collection_tables: Callable[..., Tables],
    three_years: Tables,
) -> None:  # fmt: skip
    before = contents(settings.published)
    assert write_catalogue(settings, None) == 0  # type: ignore[arg-type]
    assert contents(settings.published) == before
    tables = {**collection_tables(), "revisions": three_years["revisions"].slice(0, 0)}
    written = publish(tables, ReleaseName(2022, "1.1", "official"), note="A return came again.")
    after = contents(settings.published)
    assert 0 < written == len([path for path in after if after[path] != before.get(path) and is_beside(path)]) - 1
    assert b"A return came again." in after["index.html"]
    assert b"../2022/1.1/official/index.html" in after["latest/index.html"]
    kept = [path for path in before if path.startswith(("2021/", "2022/1.0/"))]
    assert all(after[path] == before[path] for path in kept)


def test_what_is_missing_or_cannot_be_read_is_written_again(settings: Settings, two_releases: None) -> None:
    before = contents(settings.published)
    (settings.published / "latest" / "index.html").unlink()
    (settings.published / "latest" / "strange.html").write_text("x")
    assert write_catalogue(settings, None) == 1  # type: ignore[arg-type]
    assert contents(settings.published) == before
    (settings.published / "catalogue.json").write_text("{")
    assert write_catalogue(settings, None) > 100  # type: ignore[arg-type]
    assert contents(settings.published) == before


def test_a_table_is_described_again_by_other_code_and_where_its_description_was_changed(
    settings: Settings, two_releases: None
) -> None:
    before, index = contents(settings.published), settings.published / "catalogue.json"
    meta = next(settings.published.glob("api/v1/data-sets/*/versions/2021.1.0/meta.json"))
    other = meta.read_bytes().replace(b'"period":"2021"', b'"period":"1999"')
    assert other != meta.read_bytes()
    meta.write_bytes(other)
    assert write_catalogue(settings, None) == 0, "no other file follows it"  # type: ignore[arg-type]
    document = json.loads(index.read_bytes())
    document["files"][str(meta.relative_to(settings.published))] = hashlib.sha256(other).hexdigest()
    index.write_text(json.dumps({**document, "described_by": "code of before"}))
    assert write_catalogue(settings, None) == 1  # type: ignore[arg-type]
    assert contents(settings.published) == before


def test_without_an_official_release_nothing_is_written(
    settings: Settings, publish: Callable[..., int], three_years: Tables
) -> None:
    assert write_catalogue(settings, None) == 0  # type: ignore[arg-type]
    assert publish(three_years, ReleaseName(2022, "1.0", "management")) == 0
    assert not (settings.published / "index.html").exists()


def test_releases_are_in_the_order_of_years_and_editions(
    settings: Settings, publish: Callable[..., int], collection_tables: Callable[..., Tables], three_years: Tables
) -> None:
    """An older year that is revised after a newer one came out does not become the latest."""
    empty = three_years["revisions"].slice(0, 0)
    publish({**collection_tables(), "revisions": empty}, ReleaseName(2022, "1.0", "official"))
    publish({**collection_tables((2020, 2021)), "revisions": empty}, ReleaseName(2021, "1.1", "official"), note="Late.")
    releases: list[OfficialRelease] = official_releases(published_releases(settings), None)  # type: ignore[arg-type]
    assert [release.name.tag for release in releases] == ["2021-1.1", "2022-1.0"]
    assert '"2022-1.0"' in (settings.published / "latest.css").read_text()


def test_a_bucket_gets_the_same_files_of_the_right_kind_and_loses_old_ones(
    settings: Settings, two_releases: None, bucket: Any, s3_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The releases are put into a real bucket; what is written beside them there is what a folder has."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "pipeline")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "pipeline-secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    options = f"?endpoint_override={s3_server}&scheme=http&region=us-east-1"
    monkeypatch.setenv("WRES_PUBLISHED_URI", f"s3://wres/open/data{options}")
    remote = load_settings()
    local_files = {path: content for path, content in contents(settings.published).items() if is_beside(path)}
    for name in (ReleaseName(2021, "1.0", "official"), ReleaseName(2022, "1.0", "official")):
        upload(remote, name, settings.published / name.path)
    assert write_catalogue(remote, None) == len(local_files) - 1  # type: ignore[arg-type] # all but the index of them
    there = in_bucket(bucket)
    assert {path: content for path, (content, _) in there.items() if is_beside(path)} == local_files
    endings = {"html": "text/html", "css": "text/css", "json": "application/json", "csv": "text/csv"}
    for path, (_, kind) in there.items():
        assert kind == {**endings, "atom": "application/atom+xml"}.get(path.rpartition(".")[2], kind), path
    with bucket.open_output_stream("wres/open/data/latest/strange.html", compression=None) as file:
        file.write(b"x")
    assert write_catalogue(remote, None) == 0  # type: ignore[arg-type]
    assert in_bucket(bucket) == there


def in_bucket(bucket: Any) -> dict[str, tuple[bytes, str]]:
    """Read every file below the place of releases, with its kind."""
    from pyarrow.fs import FileSelector, FileType

    files = {}
    for file in bucket.get_file_info(FileSelector("wres/open/data", recursive=True)):
        if file.type == FileType.File:
            with bucket.open_input_stream(file.path, compression=None) as stream:
                kind = stream.metadata()["Content-Type"].decode()
                files[file.path.removeprefix("wres/open/data/")] = stream.read(), kind
    return files


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def is_beside(path: str) -> bool:
    return not path[:4].isdecimal()
