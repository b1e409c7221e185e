"""Keep answers that were worked out once for the tables of a build, as a text for each question."""

from functools import partial
from typing import TYPE_CHECKING

from wres.settings import Settings
from wres.warehouse.iceberg import open_catalog, retry_on_conflict
from wres.warehouse.layer_schema import BOOKKEEPING
from wres.warehouse.marts import CountedBuild, add_key_columns, build_filter, open_mart

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog

_TABLE = f"{BOOKKEEPING}.remembered"


def read_remembered(settings: Settings, key: CountedBuild, question: str) -> str | None:
    """Read the answer that was kept for the tables of a build; None where there is none.

    Args:
        settings: say where the warehouse is.
        key: the build, and the version of everything that the answer rests on.
        question: its name in a word or two.
    """
    from pyiceberg.expressions import And
    from pyiceberg.expressions.parser import parse

    with open_catalog(settings) as catalogue:
        if not catalogue.table_exists(_TABLE):
            return None
        answers = And(build_filter(key), parse(f"question == '{question}'"))
        rows = catalogue.load_table(_TABLE).scan(answers).to_arrow()
    return str(rows["answer"][0]) if rows.num_rows else None


def write_remembered(settings: Settings, key: CountedBuild, question: str, answer: str) -> None:
    """Keep the answer to a question about the tables of a build, in place of an older one."""
    with open_catalog(settings) as catalogue:
        retry_on_conflict(partial(_replace, catalogue, key, question, answer))


def _replace(catalogue: "Catalog", key: CountedBuild, question: str, answer: str) -> None:
    """Write an answer in one commit, in place of an older one to the same question of the build."""
    import pyarrow as pa

    rows = add_key_columns(key, pa.table({"question": [question], "answer": [answer]}))
    table = open_mart(catalogue, _TABLE, rows.schema)
    older = f"build == '{key.build}' and question == '{question}'"
    if any(table.scan(older).plan_files()):
        table.overwrite(rows, overwrite_filter=older)
    else:
        table.append(rows)
