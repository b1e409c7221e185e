"""Check the tables of a build once: the breaches are kept in the warehouse for every later use of the build.

A checklist, an approval and each release of a build rest on the same tables. `read_counted` holds these against their
digests each time, so what was found of them holds as long as the code and the edits are the same.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import wres.disclosure
import wres.outputs
from wres.indicators.counted_builds import CountedTables
from wres.outputs.schema_check import ReleaseCheckError
from wres.reference import year_config
from wres.release.release_edits import Breach, edit_breaches, release_breaches, require_no_breach
from wres.settings import Settings, package_data
from wres.storage.file_digest import digest_of_files
from wres.warehouse.remembered import read_remembered, write_remembered

if TYPE_CHECKING:
    import pyarrow as pa

_EXACT, _OFFICIAL, _NARROWED = "exact tables", "official tables", "narrowed counts"
_RULES = {".py", ".toml", ".json"}


def find_breaches_once(settings: Settings, counted: CountedTables) -> list[Breach]:
    """Give the breaches of R503, R501 and the R edits that are data in a build's exact tables, found once.

    Args:
        settings: say where the warehouse is.
        counted: the tables of the build.

    Raises:
        EditExecutionError: an edit that should have run did not.
    """
    year = counted.key.year
    breaches = _once(settings, counted, _EXACT, "", lambda: release_breaches(counted.tables, year, settings.years))
    return [(str(code), str(sentence)) for code, sentence in breaches]


def require_official_edits(
    settings: Settings, counted: CountedTables, rests_on: str, tables: "Mapping[str, pa.Table]"
) -> None:
    """Stop an official release with a row that an R edit of the suite refuses; the same tables are held to it once.

    Args:
        settings: say where the warehouse is.
        counted: the exact tables of the build.
        rests_on: what else decides what the official tables show.
        tables: the official tables.

    Raises:
        ReleaseCheckError: as `require_release_edits`.
        EditExecutionError: an edit that should have run did not.
    """
    breaches = _once(settings, counted, _OFFICIAL, rests_on, lambda: edit_breaches(tables))
    require_no_breach([(str(code), str(sentence)) for code, sentence in breaches])


def count_once(
    settings: Settings, counted: CountedTables, rests_on: str, count: Callable[[], tuple[int, int]]
) -> tuple[int, int]:
    """Give how many counts of the official tables are suppressed and how many are narrowed, counted once."""
    hidden, few = _once(settings, counted, _NARROWED, rests_on, count)
    return int(hidden), int(few)


def require_passed(breaches: list[Breach]) -> None:
    """Stop a release of tables in which a check found something.

    Raises:
        ReleaseCheckError: R503 or R501, or the first edit in the order of the codes.
    """
    for code in ("R503", "R501"):
        if sentences := [sentence for breach_code, sentence in breaches if breach_code == code]:
            raise ReleaseCheckError(code, sentences)
    require_no_breach(breaches)


def _once(settings: Settings, counted: CountedTables, question: str, rests_on: str, work_out: Callable[[], Any]) -> Any:
    """Give an answer as it was kept, else work it out and keep it; of tables that are not kept it is worked out."""
    if not counted.kept:
        return work_out()
    further_years = digest_of_files(settings.years.glob("*.toml")) if settings.years else ""
    key = counted.key.depending_on(rests_on, _rules_digest(), further_years)
    if (kept := read_remembered(settings, key, question)) is not None:
        return json.loads(kept)
    answer = work_out()
    write_remembered(settings, key, question, json.dumps(answer))
    return answer


@cache
def _rules_digest() -> str:
    """Return a digest of the code and the data that decide what is found."""
    years = Path(year_config.__file__).parent / "years"
    packages = [Path(str(module.__file__)).parent for module in (wres.disclosure, wres.outputs)]
    folders = [*packages, Path(__file__).parent, package_data("expectations"), years]
    return digest_of_files(file for folder in folders for file in folder.rglob("*") if file.suffix in _RULES)
