"""Where things are and how much is let in: `WRES_*` environment variables, with embedded defaults under ./var."""

import re
from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from wres.clock import LONDON, Clock
from wres.errors import WresError, describe_value_problem

_PACKAGE = Path(__file__).resolve().parent
_PREFIX = "WRES_"
SQLITE_WAIT = 60  # seconds for which a process waits for others that write the registry, before it fails
_ALIKE = 0.85  # how alike two names are, from 0 to 1, where one may be the other with a slip
# Variables of the containers (docker/compose.yaml) whose names are near to that of a setting.
_OTHER_VARIABLES = frozenset({"WRES_JWT_SECRET"})


class Settings(BaseSettings):
    """Every setting; each is the environment variable WRES_<NAME>. Secrets come from the environment only."""

    # A variable that is set to nothing counts as not set, as compose files write it.
    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, env_ignore_empty=True)

    home: Path = Path("var")
    as_of: datetime | None = None
    years: Path | None = None  # a folder of further years' files, such as 2026.toml; they count before the project's
    # A URL may hold a password, s3://key:secret@bucket too, so none of these is printed with the settings.
    database_url: str = Field("", repr=False)  # empty: SQLite at home/registry.db
    landing_uri: str = Field("", repr=False)  # s3://bucket/prefix; empty: the folder home/landing
    warehouse_uri: str = Field("", repr=False)  # s3://bucket/prefix; empty: the folder home/warehouse
    published_uri: str = Field("", repr=False)  # s3://bucket/prefix: releases go there too; empty: home/published alone
    s3_url: str = Field("", repr=False)  # s3://bucket/prefix: the S3 channel; empty: not in use
    # Credentials, endpoint and region of the object store: the AWS_* variables.
    engine: Literal["duckdb", "spark"] = "duckdb"  # what counts the indicators; both give the same release
    spark_master: str = "local[2]"  # Spark's master URL: two threads of this machine, or spark://host:7077
    # The catalogue of Spark's own configuration in which it finds the warehouse's Iceberg tables; empty: it gets files.
    spark_catalog: str = Field("", pattern=r"^([A-Za-z]\w*)?$")

    # Who may approve or reject a release, by name, separated by commas; empty: whoever may answer.
    approvers: Annotated[tuple[str, ...], NoDecode] = ()
    # Who is mailed when a task fails or something is overdue, separated by commas; empty: nobody.
    alert_to: Annotated[tuple[str, ...], NoDecode] = ()
    # Where else alerts go: Apprise addresses, separated by commas, such as slack://... or json://host/path.
    alert_urls: SecretStr = SecretStr("")
    signing_key: SecretStr = SecretStr("")  # an Ed25519 private key as PEM: releases are signed; empty: they are not

    # The MESH channel; without a URL it is not in use.
    mesh_url: str = ""  # https://mesh-sync.spineservices.nhs.uk
    mesh_mailbox: str = ""
    mesh_password: SecretStr = SecretStr("")
    mesh_shared_key: SecretStr = SecretStr("")
    mesh_certificate: Path | None = None  # the client's, and its private key
    mesh_private_key: Path | None = None
    mesh_ca: Path | None = None  # only for a server whose certificate MESH's own authorities did not sign
    mesh_senders: Path | None = None  # CSV mailbox,organisation_code: who may send for whom

    # The page on which returns are sent (wres serve).
    web_url: str = ""  # the address at which people open it, https://...; empty: this machine only
    web_workers: int = Field(1, ge=1, le=16)  # processes that check what is uploaded, beside the one for large files
    web_secret: SecretStr = SecretStr("")  # signs a sign-in under way; set it where several services share the work
    max_upload_bytes: int = Field(20_000_000, ge=1)  # of one upload to the page; more is refused before it is stored
    # Sign-in by OpenID Connect; without an issuer people sign in by invitation links.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")

    # Limits on what a sender may hand over; a return is about 20 kB.
    max_file_bytes: int = Field(5_000_000, ge=1)  # more is answered with S112
    max_landed_bytes: int = Field(200_000_000, ge=1)  # more is not even taken in
    max_expanded_bytes: int = Field(50_000_000, ge=1)
    max_cells: int = Field(50_000, ge=1)
    # What the process that reads a file may take for it; more is answered with S112.
    max_reader_bytes: int = Field(256_000_000, ge=1)
    max_reader_seconds: float = Field(2.0, gt=0)  # of processor time
    # How often Airflow starts a collecting round; 0: only when somebody or another program starts one.
    round_minutes: int = Field(15, ge=0, le=60)
    # How many returns a worker takes in hand at a time; a round of more is shared among several workers.
    batch_returns: int = Field(1_000, ge=1)
    # How many organisations' pages a worker writes; Airflow shares those of a larger release among several workers.
    pages_per_task: int = Field(2_000, ge=1)
    # How long a file in the inbox must have been left alone before it is taken.
    settle_seconds: float = Field(2.0, ge=0)

    @field_validator("home")
    @classmethod
    def _home_is_a_path(cls, value: Path) -> Path:
        """Read `~` as the user's folder; refuse a name that a database's address cannot hold."""
        try:
            str(value).encode()
        except UnicodeEncodeError:
            raise ValueError("the folder's name is not UTF-8") from None
        if "\0" in str(value):
            raise ValueError("a folder's name holds no zero byte")
        return value.expanduser()

    @field_validator("web_url")
    @classmethod
    def _web_url_is_safe(cls, value: str) -> str:
        """Take an address of TLS, or of this machine; without a path."""
        if value and not re.fullmatch(
            r"(https://[\w.-]+|http://(127\.0\.0\.1|localhost))(:\d{1,5})?/?", value, re.ASCII
        ):
            raise ValueError("it must be https://NAME, or http://127.0.0.1 for this machine alone, without a path")
        return value.rstrip("/")

    @field_validator("approvers", "alert_to", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        """Read names that commas separate."""
        if isinstance(value, str):
            return tuple(name for part in value.split(",") if (name := " ".join(part.split())))
        return value

    @field_validator("as_of")
    @classmethod
    def _as_of_is_london_time(cls, value: datetime | None) -> datetime | None:
        """Read a time without a zone as London's."""
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=LONDON)
        return value

    @property
    def inbox(self) -> Path:
        """Return where senders leave files: inbox/YEAR/ORG/."""
        return self.home / "inbox"

    @property
    def outbox(self) -> Path:
        """Return where reports to senders go: outbox/YEAR/ORG/RECEIPT/."""
        return self.home / "outbox"

    @property
    def landing(self) -> Path:
        """Return every file ever received, under its SHA-256; not in use with a landing_uri."""
        return self.home / "landing"

    @property
    def simulated(self) -> bool:
        """Return whether this home holds a simulated collection; all that is made of it must say so."""
        return (self.home / "SIMULATED").is_file()

    @property
    def published(self) -> Path:
        """Return where releases lie: published/YEAR/EDITION/AUDIENCE/; with a published_uri the copies made here."""
        return self.home / "published"

    @property
    def sealed(self) -> Path:
        """Return where approved official releases wait for their release time: sealed/YEAR/EDITION/official/."""
        return self.home / "sealed"

    @property
    def staging(self) -> Path:
        """Return where workers write pages of a release that is being made: staging/YEAR/EDITION/AUDIENCE/."""
        return self.home / "staging"

    @property
    def progress(self) -> Path:
        """Return where progress pages lie: progress/YEAR/index.html and chase-list.csv."""
        return self.home / "progress"

    @property
    def corrections(self) -> Path:
        """Return where the national team's corrections lie: corrections/YEAR.csv."""
        return self.home / "corrections"

    @property
    def commentary(self) -> Path:
        """Return where the texts of publication staff lie: commentary/YEAR.md; without one the project's own."""
        return self.home / "commentary"

    @property
    def pre_release_access(self) -> Path:
        """Return where lists of early readers lie: pre-release-access/YEAR.csv."""
        return self.home / "pre-release-access"

    @property
    def registry_file(self) -> Path:
        """Return the registry's SQLite database; not in use with a database_url."""
        return self.home.resolve() / "registry.db"

    def registry_url(self) -> str:
        """Return the SQLAlchemy URL of the registry and of the warehouse's catalogue."""
        return self.database_url or sqlite_url(self.registry_file)

    def warehouse_location(self) -> str:
        """Return the location of the warehouse in its metadata: relative to the home, or an object store's URI."""
        return self.warehouse_uri or "warehouse"

    @property
    def simulated_clock(self) -> Path:
        """Return the file with the time of a simulated home; without the file the machine's clock counts."""
        return self.home / "SIMULATED-CLOCK"

    @property
    def clock(self) -> Clock:
        """Return the clock in force: `as_of`, else that of a simulated home, else the machine's."""
        return Clock(self.as_of, self.simulated_clock if self.simulated else None)


def load_settings(**options: Any) -> Settings:
    """Load the settings that the environment gives now, once at a front door: command line, Airflow task or web page.

    Args:
        options: what a caller was asked for, such as `as_of` or `engine`; it counts before the environment. None is
            not asked for.

    Raises:
        WresError: a variable cannot be understood; the text names it.
    """
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = _PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        problem = describe_value_problem(first)
        raise WresError(f"The setting {name} cannot be used: {problem}. Correct it or unset it.") from None


def misspelt_settings(names: Iterable[str]) -> dict[str, str]:
    """Return, for each environment variable that is no setting but is written nearly as one, which one may be meant."""
    settings = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    others = [name for name in names if name.startswith(_PREFIX) and name not in settings | _OTHER_VARIABLES]
    meant = {name: get_close_matches(name, settings, n=1, cutoff=_ALIKE) for name in sorted(others)}
    return {name: matches[0] for name, matches in meant.items() if matches}


def sqlite_url(path: Path) -> str:
    """Return the SQLAlchemy URL of an SQLite file; its path may hold any character."""
    from sqlalchemy import URL

    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


@cache
def package_data(folder: str) -> Path:
    """Return a folder of data that the project ships beside its code: `expectations`, `sql` or `docs`."""
    beside = _PACKAGE.parent.parent / folder
    return beside if beside.is_dir() else _PACKAGE / "_shipped" / folder
