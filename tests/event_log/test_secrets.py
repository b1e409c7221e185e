"""No secret of the settings is ever told: not by a log at its most talkative, not on the screen, not in any store.

Each secret is one that occurs nowhere else; then everything that a collection leaves behind is searched for it, with
PostgreSQL and an object store as in production, and after the mistakes and failures in which secrets get out.
"""

import io
import logging
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text

from wres.reference.year_config import load_year
from wres.release.verification import make_keys
from wres.returns.template_spec import load_template
from wres.settings import load_settings

YEAR = 2022
DATABASE, MESH, SHARED = "canary-of-the-database", "canary-of-the-mailbox", "canary-of-mesh"
STORE = "pipeline-secret"  # the right one, of conftest's server
WRONG = "canary-of-the-store"
Wres = Callable[..., tuple[int, str, str]]


class Talk(logging.Handler):
    """All that any library says, however small, as one text."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = io.StringIO()
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.text.write(self.format(record) + "\n")


@pytest.fixture
def talk() -> Iterator[Talk]:
    handler, root = Talk(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    statements = logging.getLogger("sqlalchemy.engine")
    statements.setLevel(logging.INFO)  # each statement with its values
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)
    statements.setLevel(logging.NOTSET)


@pytest.fixture
def secrets(
    postgres: str, bucket: Any, s3_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> dict[str, str]:
    """A production with every secret set; the pieces of each that must be seen nowhere."""
    private, _ = make_keys(tmp_path / "keys")
    senders = tmp_path / "senders.csv"
    senders.write_text("mailbox,organisation_code\nX26OT001,RXY\n")
    where = f"?endpoint_override={s3_server}&scheme=http&region=us-east-1"
    variables = {
        "WRES_DATABASE_URL": postgres.replace("//postgres:@", "//postgres@").replace(
            "//postgres@", f"//postgres:{DATABASE}@"
        ),
        "WRES_LANDING_URI": f"s3://wres/landing{where}",
        "WRES_PUBLISHED_URI": f"s3://wres/published{where}",
        "WRES_WAREHOUSE_URI": "s3://wres/warehouse",
        "AWS_ENDPOINT_URL_S3": f"http://{s3_server}",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "pipeline",
        "AWS_SECRET_ACCESS_KEY": STORE,
        "WRES_SIGNING_KEY": private.read_text(),
        "WRES_MESH_URL": "https://127.0.0.1:1",
        "WRES_MESH_MAILBOX": "X26HC001",
        "WRES_MESH_PASSWORD": MESH,
        "WRES_MESH_SHARED_KEY": SHARED,
        "WRES_MESH_SENDERS": str(senders),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert DATABASE in variables["WRES_DATABASE_URL"]
    return {"DATABASE": DATABASE, "STORE": STORE, "MESH": MESH, "SHARED": SHARED, "WRONG": WRONG} | {
        "SIGNING": private.read_text().splitlines()[1][-30:]
    }


def leave_return() -> None:
    template = load_template(load_year(YEAR).template_version)
    rows = ["collection_year,organisation_code,item,ethnic_group,value"]
    counts = {"workforce.clinical.band_5": (1000, 400, 20), "disciplinary.entered": (10, 9, 0)}
    for item, group in template.cells():
        if item != "workforce.total":
            value = counts.get(item, (0, 0, 0))[("white", "bme", "unknown").index(group)]
            rows.append(f"{YEAR},RXY,{item},{group},{value}")
    rows += [f"{YEAR},RXY,signoff.role,,HR", f"{YEAR},RXY,signoff.date,,2022-05-31"]
    folder = load_settings().inbox / str(YEAR) / "RXY"
    folder.mkdir(parents=True)
    (folder / "return.csv").write_text("\n".join(rows))


def find_secrets(content: str | bytes, secrets: dict[str, str]) -> list[str]:
    """Which secrets stand in a text, or in a file's bytes, its parts unpacked."""
    if isinstance(content, str):
        content = content.encode()
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist())
    if content[:4] == b"PAR1":
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(content))
        content = f"{table.schema} {table.to_pylist()}".encode()
    return [name for name, secret in secrets.items() if secret.encode() in content]


def kept(bucket: Any, *folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of these folders and every object of the bucket."""
    from pyarrow.fs import FileSelector

    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes()
    for info in bucket.get_file_info(FileSelector("wres", recursive=True)):
        if info.is_file:
            with bucket.open_input_stream(info.path, compression=None) as source:
                yield info.path, source.read()


def rows_of_the_database() -> Iterator[tuple[str, str]]:
    engine = create_engine(os.environ["WRES_DATABASE_URL"])
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            yield table, "\n".join(connection.scalars(text(f'SELECT CAST(t AS text) FROM "{table}" t')))
    engine.dispose()


@pytest.mark.slow
def test_a_collection_leaves_no_secret_anywhere(
    secrets: dict[str, str], talk: Talk, bucket: Any, wres: Wres, tmp_path: Path
) -> None:
    leave_return()
    shown: dict[str, tuple[int, str, str]] = {}

    def run(*command: str, at: str = "2022-10-20T12:00") -> None:
        shown[" ".join(command)] = wres(*command, "--as-of", at)

    run("collect", str(YEAR), at="2022-06-10T12:00")
    run("build", str(YEAR))
    run("publish", str(YEAR))
    run("backup", str(tmp_path / "backup"))
    statuses = {command.split()[0]: done[0] for command, done in shown.items()}
    assert statuses == {"collect": 1, "build": 0, "publish": 0, "backup": 0}, shown
    assert "mesh" in shown[f"collect {YEAR}"][1].lower()  # it could not be reached

    for command, (_, out, err) in shown.items():
        assert find_secrets(out + err, secrets) == [], command
    assert "sqlalchemy.engine" in talk.text.getvalue()  # it did talk
    assert find_secrets(talk.text.getvalue(), secrets) == []
    home = load_settings().home
    files = dict(kept(bucket, home, tmp_path / "backup"))
    assert {".jsonl", ".json", ".parquet", ".xlsx", ".html", ".avro", ".sig"} <= {Path(name).suffix for name in files}
    assert {name: names for name, content in files.items() if (names := find_secrets(content, secrets))} == {}
    rows = dict(rows_of_the_database())
    assert rows["iceberg_tables"]
    assert rows["journal"]
    assert {table: names for table, content in rows.items() if (names := find_secrets(content, secrets))} == {}
    assert find_secrets(f"{load_settings()!r} {load_settings()}", secrets) == []


MISTAKES = {
    "no database there": {"WRES_DATABASE_URL": f"postgresql+psycopg://wres:{WRONG}@127.0.0.1:1/wres"},
    "no such user": {"WRES_DATABASE_URL": "nobody"},
    "a port that is none": {"WRES_DATABASE_URL": f"postgresql+psycopg://wres:{WRONG}@db:{WRONG}/wres"},
    "no such driver": {"WRES_DATABASE_URL": f"postgresql+nodriver://wres:{WRONG}@db/wres"},
    "no such database": {"WRES_DATABASE_URL": f"nosql://wres:{WRONG}@db/wres"},
    "the store's secret is wrong": {"AWS_SECRET_ACCESS_KEY": WRONG},
    "the store is away": {"WRES_LANDING_URI": "s3://wres/landing?endpoint_override=127.0.0.1:1&scheme=http"},
    "credentials in the address": {"WRES_LANDING_URI": f"s3://pipeline:{WRONG}@wres/landing"},
    "the signing key is none": {"WRES_SIGNING_KEY": f"-----BEGIN PRIVATE KEY-----\n{WRONG}\n-----END PRIVATE KEY-----"},
    "the shared key is not there": {"WRES_MESH_SHARED_KEY": ""},
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_no_mistake_brings_a_secret_to_light(
    mistake: str, secrets: dict[str, str], talk: Talk, wres: Wres, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in MISTAKES[mistake].items():
        variable = os.environ[name].replace(f"postgres:{DATABASE}", f"nobody:{WRONG}") if value == "nobody" else value
        monkeypatch.setenv(name, variable)
    leave_return()
    command = ("publish",) if "signing" in mistake else ("collect",)
    status, out, err = wres(*command, str(YEAR), "--as-of", "2022-06-10T12:00")
    assert status > 0
    assert "Traceback" not in err
    assert find_secrets(out + err + talk.text.getvalue(), secrets) == []
    for path in load_settings().home.rglob("*"):
        assert not path.is_file() or find_secrets(path.read_bytes(), secrets) == [], path
