"""A world: a home, a registry, a place for objects. It can be put aside whole and be put back as it was."""

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wres.reference import year_config

YEAR = 2022
_DATABASE = "wres_survival"


@dataclass(frozen=True)
class World:
    """Where one collection lives: SQLite or PostgreSQL (`postgres`: a server's URL), a folder or S3 (`s3`: host:port).

    `folder` holds nothing else. `policy` is the disclosure policy of the collection year, where it is not its file's.
    """

    name: str
    folder: Path
    postgres: str = ""
    s3: str = ""
    policy: str = ""
    kept: dict[str, dict[str, bytes]] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def environment(self) -> dict[str, str]:
        """Return the settings of the pipeline in this world."""
        variables = {"WRES_HOME": str(self.home), "WRES_SETTLE_SECONDS": "0", "AWS_EC2_METADATA_DISABLED": "true"}
        if self.postgres:
            variables["WRES_DATABASE_URL"] = _named(self.postgres, _DATABASE).replace(
                "postgresql:", "postgresql+psycopg:", 1
            )
        if self.s3:
            about = f"endpoint_override={self.s3}&scheme=http&region=us-east-1"
            for setting, place in (
                ("WRES_LANDING_URI", "landing"), ("WRES_PUBLISHED_URI", "published"), ("WRES_S3_URL", "channel"),
            ):  # fmt: skip
                variables[setting] = f"s3://wres/{place}?{about}"
            variables |= {
                "WRES_WAREHOUSE_URI": "s3://wres/warehouse",
                "AWS_ENDPOINT_URL_S3": f"http://{self.s3}",
                "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "pipeline",
                "AWS_SECRET_ACCESS_KEY": "pipeline-secret",
            }
        if self.policy:
            variables["WRES_YEARS"] = str(self.folder / "years")
        return variables

    def enter(self) -> None:
        """Make this world, empty, the one that the pipeline of this process sees."""
        for name in [name for name in os.environ if name.startswith(("WRES_", "AWS_"))]:
            del os.environ[name]
        os.environ.update(self.environment())
        remove(self.home)
        self.home.mkdir(parents=True)
        self._write_policy()
        self._make_database(None)

    def _write_policy(self) -> None:
        """Write the year's file with the disclosure policy of this world."""
        if self.policy:
            text = (Path(year_config.__file__).parent / "years" / f"{YEAR}.toml").read_text(encoding="utf-8")
            (self.folder / "years").mkdir(exist_ok=True)
            changed = re.sub(r'^policy = "\w+"', f'policy = "{self.policy}"', text, flags=re.MULTILINE)
            (self.folder / "years" / f"{YEAR}.toml").write_text(changed, encoding="utf-8")

    def keep(self, name: str) -> None:
        """Put a copy of all there is aside."""
        remove(self.folder / name)
        shutil.copytree(self.home, self.folder / name, symlinks=True)
        if self.postgres:
            self._sql(f'DROP DATABASE IF EXISTS "{_DATABASE}_{name}"')
            self._sql(f'CREATE DATABASE "{_DATABASE}_{name}" TEMPLATE "{_DATABASE}"')

    def put_back(self, name: str) -> None:
        """Make all as it was when it was kept under this name."""
        remove(self.home)
        shutil.copytree(self.folder / name, self.home, symlinks=True)
        self._make_database(name)

    def _make_database(self, like: str | None) -> None:
        if self.postgres:
            self._sql(f'DROP DATABASE IF EXISTS "{_DATABASE}" WITH (FORCE)')
            self._sql(f'CREATE DATABASE "{_DATABASE}"' + (f' TEMPLATE "{_DATABASE}_{like}"' if like else ""))

    def _sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.postgres, autocommit=True) as connection:
            connection.execute(statement)

    def objects(self) -> dict[str, bytes]:
        """Every object of the store. Only for children: the client of S3 does not survive a fork."""
        from pyarrow.fs import FileSelector, FileType

        if not self.s3:
            return {}
        store = self._keeper()
        objects = store.get_file_info(FileSelector("wres", recursive=True, allow_not_found=True))
        return {
            finding.path: store.open_input_stream(finding.path, compression=None).read()
            for finding in objects
            if finding.type == FileType.File
        }

    def put_objects_back(self, wanted: dict[str, bytes]) -> None:
        """Make these the objects that there are. Only for children."""
        if not self.s3:
            return
        store, there = self._keeper(), self.objects()
        for key in there.keys() - wanted.keys():
            store.delete_file(key)
        for key, content in wanted.items():
            if there.get(key) != content:
                self.put_object(key, content)

    def put_object(self, key: str, content: bytes) -> None:
        with self._keeper().open_output_stream(key, compression=None) as target:
            target.write(content)

    def _keeper(self) -> Any:
        from pyarrow.fs import S3FileSystem

        return S3FileSystem(
            access_key="keeper",
            secret_key="keeper-secret",
            endpoint_override=self.s3,
            scheme="http",
            region="us-east-1",
            request_timeout=60,  # a busy machine is no fault
        )


def remove(folder: Path) -> None:
    """Remove a folder in which releases are read-only."""
    if folder.exists():
        for path in [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]:
            path.chmod(0o755)
        shutil.rmtree(folder)


def _named(url: str, database: str) -> str:
    head, _, query = url.partition("?")
    return head.rsplit("/", 1)[0] + f"/{database}" + (f"?{query}" if query else "")
