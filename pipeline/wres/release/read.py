"""Read published tables as data frames or files."""

import io
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from wres.errors import WresError, why_refused
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.parquet import exact_rows
from wres.outputs.table_schema import load_specification
from wres.release.manifest import MANIFEST
from wres.release.repository import AUDIENCES, ReleaseName, ReleaseRepository, published_releases
from wres.release.stated import publication_of
from wres.settings import Settings, load_settings
from wres.storage.atomic import write_output

if TYPE_CHECKING:
    import pandas as pd


def read_table(
    table: str,
    year: int,
    edition: str | None = None,
    audience: str | None = None,
    settings: Settings | None = None,
    *,
    exact: bool = False,
) -> "pd.DataFrame":
    """Read a published table as a data frame, ready to calculate with.

    Args:
        table: its name in `tables.toml`, such as organisation.
        year: the collection year of the release, which holds all years up to its own.
        edition: by default the newest one of the audience.
        audience: `official` or `management`; by default official where such a release is published, else management.
        settings: where releases are; by default as the environment says.
        exact: give figures with places as decimals, exactly as printed, and the other columns in Arrow's own types.

    Returns: the columns and rows as in `tables.toml`: whole numbers as Int64, figures with places as float64 (counts of
    people too, which a two-year average halves), missing figures missing. An official table has a last column
    `suppressed`, a list of the row's columns whose figure is suppressed. `attrs` says which release it is from:
    collection_year, edition, audience.

    Raises:
        WresError: there is no such table, year, edition or audience; the text names those that there are.
    """
    import pandas as pd

    releases = published_releases(settings or load_settings())
    name = find_release(releases, year, edition, audience)
    content = read_file(releases, name, table, "parquet")
    if exact:
        rows = exact_rows(content, load_specification().tables[table])
        frame: pd.DataFrame = rows.to_pandas(types_mapper=pd.ArrowDtype)
    else:
        frame = pd.read_parquet(io.BytesIO(content))
    frame.attrs = {"collection_year": name.year, "edition": name.edition, "audience": name.audience}
    return frame


def list_tables(settings: Settings, year: int | None = None) -> list[dict[str, Any]]:
    """List every published table, a row each.

    A row has the collection year, edition, audience, whether it is the latest, table and title.

    Raises:
        WresError: nothing is published for the year.
    """
    releases = published_releases(settings)
    names = releases.all()
    if year is not None:
        find_release(releases, year, None, None)
    newest = {(name.year, name.audience): name for name in names}  # the last one, since editions are in order
    specs = load_specification().tables
    rows = []
    for name in names:
        if year in (None, name.year):
            files = releases.files(name)
            rows += [
                {
                    "collection_year": name.year,
                    "edition": name.edition,
                    "audience": name.audience,
                    "latest": newest[name.year, name.audience] == name,
                    "table": spec.name,
                    "title": spec.title,
                }
                for spec in specs.values()
                if f"csv/{spec.name}.csv" in files
            ]
    return rows


def find_release(releases: ReleaseRepository, year: int, edition: str | None, audience: str | None) -> ReleaseName:
    """Find the release that is meant; see `read_table` for what is taken where nothing is said.

    Raises:
        WresError: there is none; the text names those that there are.
    """
    if audience not in (None, *AUDIENCES):
        raise WresError(f"There is no audience {audience}. Choose one of {', '.join(AUDIENCES)}.")
    names = releases.all()
    of_year = [name for name in names if name.year == year]
    if not of_year:
        years = ", ".join(str(candidate) for candidate in sorted({name.year for name in names}))
        raise WresError(f"Nothing is published for {year}. Published years: {years or 'none'}.")
    wanted = [name for name in of_year if edition in (None, name.edition)]
    if not wanted:
        editions = ", ".join(dict.fromkeys(name.edition for name in of_year))
        raise WresError(f"There is no edition {edition} of {year}. Choose one of {editions}.")
    for candidate in [audience] if audience else ("official", "management"):
        if of_audience := [name for name in wanted if name.audience == candidate]:
            return of_audience[-1]
    there = ", ".join(str(name) for name in wanted)
    raise WresError(f"There is no such {audience} release of {year}. Choose one of: {there}.")


def read_file(releases: ReleaseRepository, name: ReleaseName, table: str, kind: str) -> bytes:
    """Read the bytes of a table's file of a release, `csv` or `parquet`.

    Raises:
        WresError: there is no such table.
    """
    names = load_specification().tables
    if table not in names:
        raise WresError(f"There is no table {table}. Choose one of {', '.join(names)}.")
    try:
        return releases.read(name, f"{kind}/{table}.{kind}")
    except FileNotFoundError:
        raise WresError(f"The {name} has no table {table}; it was made before there was one.") from None


Kind = Literal["csv", "parquet", "xlsx"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def pull_table(
    settings: Settings,
    table: str,
    year: int,
    edition: str | None,
    audience: str | None,
    kind: Kind | None = None,
    output: Path | None = None,
) -> tuple[Path, ReleaseName]:
    """Write a published table to a file; returns it, and which release it is from.

    CSV and Parquet are the published files, byte for byte. A workbook has the release's cover and notes and this table.

    Args:
        settings: say where releases are.
        table: its name in `tables.toml`.
        year: the release's collection year.
        edition: by default the newest.
        audience: by default official where there is one, else management.
        kind: csv, parquet or xlsx; by default as the ending of `output` says, and csv where there is no `output`.
        output: by default wres-TABLE-YEAR-EDITION-AUDIENCE.KIND in the current folder.

    Raises:
        WresError: the ending of `output` says no kind, or another than `kind`; there is no such table
            or release, it has no rows for a workbook, or the file cannot be written.
    """
    kind = _kind_of(kind, output)
    releases = published_releases(settings)
    name = find_release(releases, year, edition, audience)
    content = _workbook(releases, name, table) if kind == "xlsx" else read_file(releases, name, table, kind)
    path = output or Path(f"wres-{table}-{name.tag}-{name.audience}.{kind}")
    try:
        write_output(path, content)
    except OSError as error:
        raise WresError(f"{path} cannot be written: {why_refused(error)}. Choose another place: --output.") from None
    return path, name


def _kind_of(kind: Kind | None, output: Path | None) -> Kind:
    """Take the kind of file from what was asked for and from the ending of its name, which must agree.

    Raises:
        WresError: the two disagree, or there is neither.
    """
    ending = output.suffix.lower().removeprefix(".") if output else ""
    named = next((candidate for candidate in KINDS if candidate == ending), None)
    if kind and named not in (None, kind):
        raise WresError(
            f"{output} ends in .{ending}, and --format says {kind}. Leave out --format, or change the name."
        )
    if kind or named:
        return kind or named or "csv"
    if output is None:
        return "csv"
    endings = ", ".join(f".{candidate}" for candidate in KINDS)
    raise WresError(f"The name {output} does not say what kind of file it is. End it in {endings}, or give --format.")


def _workbook(releases: ReleaseRepository, name: ReleaseName, table: str) -> bytes:
    from wres.outputs.xlsx_writer import workbook_bytes

    rows = exact_rows(read_file(releases, name, table, "parquet"), load_specification().tables[table])
    if not rows.num_rows:
        raise WresError(f"Table {table} of the {name} has no rows, so there is no sheet of it. Pull it as csv.")
    return workbook_bytes({table: rows}, about_release(releases, name))


def about_release(releases: ReleaseRepository, name: ReleaseName) -> ReleaseMetadata:
    """Read the facts of a published release from its manifest."""
    document = json.loads(releases.read(name, MANIFEST))
    return ReleaseMetadata(
        collection_year=name.year,
        edition=name.edition,
        audience=name.audience,
        created_at=datetime.fromisoformat(document["created_at"]),
        simulated=document["simulated"],
        rule_sets={int(year): rule_set for year, rule_set in document["rule_sets"].items()},
        code_version=document["code_version"],
        build=document["build"],
        publication=publication_of(document),
        note=document["note"],
        compared_with=document.get("compared_with"),
        published_before=tuple(document.get("published_before", ())),
        disclosure_policies={int(year): policy for year, policy in (document.get("disclosure_policies") or {}).items()}
        or None,
        figures_shown=document.get("figures_shown"),
        disclosure_notes=tuple(document.get("disclosure_notes", ())),
        open_reason=document.get("open_reason"),
    )
