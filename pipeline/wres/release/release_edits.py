"""Run the R edits that are data: expectations of `expectations/release.json` over the published tables.

R501 to R505 are code and stand with what they check (decision 37).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wres.outputs.schema_check import ReleaseCheckError, specification_breaches
from wres.outputs.table_schema import TableSpec, load_specification
from wres.release.additivity_check import adding_up_breaches
from wres.validation.edit_catalogue import load_catalogue, load_suites
from wres.validation.gx_adapter import EditExecutionError, FailedExpectation, run_suite, tested_columns

if TYPE_CHECKING:
    import pyarrow as pa

Tables = Mapping[str, "pa.Table"]
Breach = tuple[str, str]  # the code of an edit, and a sentence


def release_breaches(tables: Tables, up_to: int | None = None, folder: Path | None = None) -> list[Breach]:
    """List the breaches of R503 and, where every table keeps to its specification, of R501 and the edits that are data.

    Args:
        tables: the tables as the indicators give them, before disclosure control. What an edition adds to them, the
            revisions, need not be there yet.
        up_to: the release's own collection year, after which no row may be.
        folder: a folder of further years' files, as `load_year` takes it.

    Raises:
        EditExecutionError: an edit that should have run did not.
    """
    if schema_breaches := specification_breaches(tables, up_to, without={"revisions"}):
        return [("R503", sentence) for sentence in schema_breaches]
    return [*(("R501", sentence) for sentence in adding_up_breaches(tables, folder)), *edit_breaches(tables)]


def require_release_edits(tables: Tables) -> None:
    """Stop a release with a row that an R edit of the suite refuses.

    Args:
        tables: the tables of a release. Figures that are withheld are missing, and missing figures are not tested.

    Raises:
        ReleaseCheckError: the first edit in the order of the codes that found something, with all its sentences.
        EditExecutionError: an edit that should have run did not.
    """
    require_no_breach(edit_breaches(tables))


def require_no_breach(breaches: list[Breach]) -> None:
    """Stop a release in which an R edit of the suite found something.

    Raises:
        ReleaseCheckError: the first edit in the order of the codes that found something, with all its sentences.
    """
    if not breaches:
        return
    code = min(code for code, _ in breaches)
    sentences = [sentence for breach_code, sentence in breaches if breach_code == code]
    raise ReleaseCheckError(code, sentences, load_catalogue()[code].how_to_fix)


def edit_breaches(tables: Tables) -> list[Breach]:
    """Hold each expectation of the suite against every table that has all its columns.

    Raises:
        EditExecutionError: no published table has the columns of an expectation, or it did not run.
    """
    suite, specs = load_suites()["tables"], load_specification().tables
    for expectation in suite["expectations"]:
        if not any(_is_about(expectation, spec) for spec in specs.values()):
            columns = ", ".join(tested_columns(expectation["kwargs"]))
            raise EditExecutionError(f"{expectation['meta']['edit']}: no published table has the columns {columns}")
    breaches: list[Breach] = []
    for name, table in tables.items():
        expectations = [expectation for expectation in suite["expectations"] if _is_about(expectation, specs[name])]
        if expectations:
            tested = {column for expectation in expectations for column in tested_columns(expectation["kwargs"])}
            frame = table.select(sorted(tested)).to_pandas().assign(row=range(table.num_rows))
            for failure in run_suite({**suite, "expectations": expectations}, frame, {}):
                breaches += _sentences(failure, specs[name], table)
    return breaches


def _is_about(expectation: Mapping[str, Any], spec: TableSpec) -> bool:
    """Say whether a table has all columns of an expectation."""
    columns = tested_columns(expectation["kwargs"])
    return bool(columns) and {column.name for column in spec.columns} >= set(columns)


def _sentences(failure: FailedExpectation, spec: TableSpec, table: "pa.Table") -> Iterator[Breach]:
    """Say of each failed row what is wrong: the catalogue's message with the columns of the row.

    Raises:
        EditExecutionError: the message names a column that the table does not have.
    """
    edit, columns = load_catalogue()[failure.meta["edit"]], failure.columns()
    for row in table.take(failure.rows).to_pylist():
        key = [str(row[name]).replace("_", " ") for name in spec.key if name not in {"collection_year", "code"}]
        facts = {
            **row,
            "table": spec.name,
            "year": row["collection_year"],
            "name": ", ".join([str(row.get("name") or row.get("code") or ""), *key]).removeprefix(", "),
            "measure": columns[0],
            "stated": row[columns[0]],
            "other_measure": columns[-1],
            "other": row[columns[-1]],
        }
        try:
            sentence = edit.message_for(failure.meta.get("case"), **facts)
        except KeyError as error:
            raise EditExecutionError(f"{edit.code}: its message names {error}, which {spec.name} has not") from None
        yield edit.code, sentence.rstrip(".")
