"""What each key of the object store may do: docker/s3.sh, docker/buckets.py and docker/policies on a real SeaweedFS."""

import importlib.util
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pyarrow.fs import S3FileSystem

DOCKER = Path(__file__).resolve().parents[2] / "docker"
BIN = Path(sys.executable).parent
_PORTS = ("master", "master.port.grpc", "volume", "volume.port.grpc", "filer", "filer.port.grpc", "s3", "s3.port.grpc")
_KEYS = {"KEEPER_KEY": "keeper", "ACCESS_KEY": "pipeline", "STAFF_KEY": "staff", "PUBLIC_KEY": "public"}
BUCKETS = ("wres-landing", "wres-warehouse", "wres-published", "wres-returns")
LANDED, OTHER = f"wres-landing/ab/{'ab' * 32}", f"wres-landing/cd/{'cd' * 32}"
JOURNAL = "wres-landing/journal/2022/000000001-000000009-0123456789abcdef.jsonl"
OFFICIAL, MANAGEMENT = (f"wres-published/2022/1.0/{audience}/manifest.json" for audience in ("official", "management"))
LATEST = "wres-published/2022/latest.json"
BESIDE = [f"wres-published/{path}" for path in ("latest/organisation/RXY.html", "api/v1/publications.json")]
BESIDE += [f"wres-published/{path}" for path in ("index.html", "feed.atom", "latest.css")]
SENT, SENT_BY_OTHER = (f"wres-returns/inbox/2022/{code}/return.xlsx" for code in ("RXY", "RJ1"))
ANSWER, OTHERS_ANSWER = (f"wres-returns/outbox/2022/{code}/2022-{code}-001/report.json" for code in ("RXY", "RJ1"))


@dataclass(frozen=True)
class Store:
    """A running store, asked by key."""

    address: str

    @cache  # noqa: B019 - it lives as long as the tests
    def as_(self, key: str) -> "S3FileSystem":
        from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

        return S3FileSystem(
            access_key=key,
            secret_key=f"{key}-secret",
            endpoint_override=self.address,
            scheme="http",
            region="us-east-1",
            retry_strategy=AwsStandardS3RetryStrategy(max_attempts=1),
        )

    def put(self, key: str, name: str) -> bool:
        def write() -> None:
            with self.as_(key).open_output_stream(name, compression=None) as target:
                target.write(b"content")

        return _allowed(write)

    def get(self, key: str, name: str) -> bool:
        def read() -> None:
            with self.as_(key).open_input_stream(name, compression=None) as source:
                source.read()

        return _allowed(read)

    def list(self, key: str, bucket: str) -> bool:
        from pyarrow.fs import FileSelector

        return _allowed(lambda: self.as_(key).get_file_info(FileSelector(bucket, recursive=True)))

    def delete(self, key: str, name: str) -> bool:
        return _allowed(lambda: self.as_(key).delete_file(name))


def _allowed(act: Callable[[], Any]) -> bool:
    try:
        act()
    except FileNotFoundError:
        raise
    except OSError as error:
        if re.search("ACCESS_DENIED|Access Denied", str(error)):
            return False
        raise
    return True


@pytest.fixture(scope="module")
def store(
    tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[int], list[int]], serving: Callable[..., Any]
) -> Iterator[Store]:
    """The store as compose.yaml starts it, with its buckets and something in each; RXY let in as the README says."""
    folder = tmp_path_factory.mktemp("store")
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    options = [f"-{name if '.' in name else f'{name}.port'}={port}" for name, port in ports.items()]
    keys = {f"WRES_S3_{variable}": name for variable, name in _KEYS.items()}
    keys |= {name.replace("_KEY", "_SECRET"): f"{key}-secret" for name, key in keys.items() if "ACCESS" not in name}
    keys["WRES_S3_SECRET_KEY"] = "pipeline-secret"
    (folder / "data").mkdir()
    command = ["sh", DOCKER / "s3.sh", *options, "-dir=data", "-s3.ip.bind=127.0.0.1"]
    address = f"127.0.0.1:{ports['s3']}"
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    with serving(command, folder, lambda: urllib.request.urlopen(f"http://{address}/healthz"), PATH=path, **keys):
        _make_buckets(address, keys)
        store = Store(address)
        for name in (
            LANDED,
            OTHER,
            JOURNAL,
            OFFICIAL,
            MANAGEMENT,
            LATEST,
            *BESIDE,
            SENT_BY_OTHER,
            ANSWER,
            OTHERS_ANSWER,
        ):
            assert store.put("keeper", name)
        _let_in(folder, ports)
        yield store


def _make_buckets(address: str, keys: dict[str, str]) -> None:
    uris = ("WRES_LANDING_URI", "WRES_WAREHOUSE_URI", "WRES_PUBLISHED_URI", "WRES_S3_URL")
    variables = {uri: f"s3://{bucket}" for uri, bucket in zip(uris, BUCKETS, strict=True)}
    variables |= {"AWS_ENDPOINT_URL_S3": f"http://{address}", "AWS_REGION": "us-east-1", **keys}
    spec = importlib.util.spec_from_file_location("buckets", DOCKER / "buckets.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        module.main()
        module.main()


def _let_in(folder: Path, ports: dict[str, int]) -> None:
    """What docker/README.md tells the keeper to type."""
    policy = folder / "RXY.json"
    policy.write_text((DOCKER / "policies" / "sender.json").read_text().replace("ORGANISATION", "RXY"))
    typed = (
        f"s3.policy -put -name=RXY -file={policy}\n"
        "s3.configure -user=RXY -access_key=RXY -secret_key=RXY-secret -policies=RXY -apply\n"
    )
    servers = [f"-{name}=127.0.0.1:{ports[name]}.{ports[f'{name}.port.grpc']}" for name in ("master", "filer")]
    done = subprocess.run(
        [BIN / "weed", "shell", *servers], input=typed, cwd=folder, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_pipeline_reads_and_adds_and_makes_no_bucket(store: Store) -> None:
    for bucket in BUCKETS:
        assert store.list("pipeline", bucket)
    for name in (LANDED, JOURNAL, MANAGEMENT, SENT_BY_OTHER, ANSWER):
        assert store.get("pipeline", name), name
    for name in (OTHER, f"{JOURNAL}2", "wres-warehouse/raw/figures/data", OFFICIAL, LATEST, *BESIDE, f"{ANSWER}2"):
        assert store.put("pipeline", name), name
    assert not _allowed(lambda: store.as_("pipeline").create_dir("wres-more"))
    assert not store.put("pipeline", SENT)  # what was sent is from its sender


def test_the_pipeline_deletes_what_it_took_and_files_with_names_and_nothing_else(store: Store) -> None:
    for name in (SENT_BY_OTHER, OTHER, *BESIDE[:2]):
        assert store.delete("pipeline", name), name
        assert store.put("keeper", name)
    store.put("keeper", "wres-warehouse/raw/figures/data")
    for name in (JOURNAL, OFFICIAL, MANAGEMENT, LATEST, ANSWER, "wres-warehouse/raw/figures/data"):
        assert not store.delete("pipeline", name), name


def test_publication_staff_read_what_is_published_and_no_more(store: Store) -> None:
    assert store.list("staff", "wres-published")
    for name in (OFFICIAL, MANAGEMENT, LATEST):
        assert store.get("staff", name), name
        assert not store.put("staff", name), name
        assert not store.delete("staff", name), name
    for name in (LANDED, JOURNAL, SENT_BY_OTHER, ANSWER):
        assert not store.get("staff", name), name
    assert not any(store.list("staff", bucket) for bucket in BUCKETS if bucket != "wres-published")


def test_the_public_reads_what_is_for_everybody(store: Store) -> None:
    for name in (OFFICIAL, LATEST, *BESIDE):
        assert store.get("public", name), name
        assert not store.put("public", name), name
        assert not store.delete("public", name), name
    for name in (MANAGEMENT, LANDED, JOURNAL, SENT_BY_OTHER, ANSWER):
        assert not store.get("public", name), name
    assert not any(store.list("public", bucket) for bucket in BUCKETS)


def test_a_sender_puts_its_own_reads_its_own_answers_and_no_more(store: Store) -> None:
    assert store.put("RXY", SENT)
    assert store.get("RXY", ANSWER)
    trick = "wres-returns/inbox/2022/RJ1/RXY/return.xlsx"  # RJ1's, with any path below it
    for name in (SENT_BY_OTHER, trick, OTHERS_ANSWER, ANSWER, LANDED, JOURNAL, OFFICIAL):
        assert not store.put("RXY", name), name
    for name in (SENT, SENT_BY_OTHER, OTHERS_ANSWER, LANDED, JOURNAL, OFFICIAL, MANAGEMENT):
        assert not store.get("RXY", name), name
        assert not store.delete("RXY", name), name
    assert not any(store.list("RXY", bucket) for bucket in BUCKETS)
