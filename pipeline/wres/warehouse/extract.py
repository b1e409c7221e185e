"""Extract a year's tables from the registry: the returns that count, as corrected, and the findings in them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from wres.database.corrected_figures import Corrected, corrected_figures
from wres.database.explanations import ExplainedQuery, get_explained_queries
from wres.database.models import Receipt
from wres.database.organisations import current_register, current_successions
from wres.database.receipts import ACCEPTED, get_receipts
from wres.errors import UnavailableError, WresError
from wres.reference.register import drop_new_organisations, expected_codes, predecessor_groups
from wres.reference.year_config import CollectionYear
from wres.settings import Settings
from wres.warehouse.closures import RegisteredClosures
from wres.warehouse.iceberg import table_schema

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE = 500  # organisations
_TRIES = 20  # times that returns may be validated while a year is read
_QUALITY = "Q"  # the first letter of the codes of quality edits; a return that counts may have findings of these

# The columns of the register that the warehouse keeps.
ORGANISATION_COLUMNS = (
    "name",
    "organisation_group",
    "organisation_type",
    "region_code",
    "region_name",
    "icb_code",
    "icb_name",
)


def year_tables(settings: Settings, engine: Engine, calendar: CollectionYear) -> dict[str, "pa.Table"]:
    """Return the tables `figures`, `organisations` and `findings` of one year, columns as in `table_schema`.

    They are of one moment: where returns were validated while the tables were read, they are read again. A validated
    return is never changed, so the receipts and their status say whether anything changed.

    Raises:
        WresError: an organisation has an accepted return but is no longer in the register; or a correction cannot be
            made.
        UnavailableError: returns were validated all the time while the tables were read.
    """
    receipts = get_receipts(engine, calendar.year)
    for _ in range(_TRIES):
        try:
            tables = _extract_tables(settings, engine, calendar, receipts)
        except (KeyError, WresError):
            tables = None  # it may be that figures and receipts are of two moments
        before, receipts = receipts, get_receipts(engine, calendar.year)
        if _list_validated(before) == _list_validated(receipts):
            return tables or _extract_tables(settings, engine, calendar, receipts)
    raise UnavailableError(
        f"Returns of {calendar.year} were validated all the time while the tables were read. Try again in some minutes."
    )


def require_figures(tables: "Mapping[str, pa.Table]", year: int) -> None:
    """Refuse to build a year without an accepted return.

    Raises:
        WresError: the tables of the year hold no figure.
    """
    if not tables["figures"].num_rows:
        raise WresError(
            f"No {year} return has been accepted yet, so there is nothing to build. Run: wres collect {year}"
        )


def count_corrections(tables: "Mapping[str, pa.Table]") -> int:
    """Return the number of figures that a correction of the national team replaced."""
    column = tables["figures"]["corrected_from"]
    return len(column) - int(column.null_count)


def _list_validated(receipts: list[Receipt]) -> list[tuple[str, str]]:
    """Return the validated receipts, from which the tables are made, with their status."""
    return [(receipt.receipt, receipt.status) for receipt in receipts if receipt.status in (*ACCEPTED, "rejected")]


def _extract_tables(
    settings: Settings, engine: Engine, calendar: CollectionYear, receipts: list[Receipt]
) -> dict[str, "pa.Table"]:
    """Return the rows of the tables of the layer raw for one year, from its receipts and the register."""
    import pyarrow as pa

    standing = {receipt.organisation_code: receipt for receipt in receipts if receipt.status in ACCEPTED}
    sent = {receipt.organisation_code for receipt in receipts if receipt.status == "rejected"}
    register = current_register(engine)
    rows = {row["code"]: row for row in register.to_dict("records")}
    unknown = sorted(set(standing) - set(rows))
    if unknown:
        raise WresError(
            f"{', '.join(unknown)}: the {calendar.year} return is accepted but the register in force does not hold the "
            "organisation. Load a register that does (wres organisations load FILE) and build again."
        )
    codes = sorted(set(expected_codes(register, calendar)) | set(standing))
    successions = current_successions(engine)
    pools = predecessor_groups(successions, codes, calendar)
    opened = {code: row["opened"] for code, row in rows.items()}
    last_years = {code: drop_new_organisations(pool, opened, calendar) for code, pool in pools.items()}
    closures = RegisteredClosures(
        {code: row["closed"] for code, row in rows.items()},
        {row["predecessor"]: (row["successor"], row["from_date"]) for row in successions.to_dict("records")},
        calendar.snapshot + timedelta(days=366),
    )
    organisations = [
        _organisation_row(calendar.year, rows[code], standing.get(code), rejected=code in sent)
        | {"last_year_codes": " ".join(last_years[code]), **closures.closure_columns(code, last_years[code])}
        for code in codes
    ]
    corrected = corrected_figures(settings, engine, calendar)
    findings = _finding_rows(
        standing, get_explained_queries(engine, calendar.year), {code for code, *_ in corrected.corrections}
    )
    return {
        "organisations": pa.Table.from_pylist(organisations, schema=table_schema("organisations")),
        "figures": _figures_table(calendar.year, standing, corrected),
        "findings": pa.Table.from_pylist(findings, schema=table_schema("findings")),
    }


def _organisation_row(year: int, row: Mapping[Any, Any], receipt: Receipt | None, *, rejected: bool) -> dict[str, Any]:
    """Return the row of one organisation: what the register says of it, and the return that counts."""
    return {
        "collection_year": year,
        "organisation_code": row["code"],
        **{column: row[column] for column in ORGANISATION_COLUMNS},
        "status": receipt.status if receipt else "rejected" if rejected else "not_received",
        "receipt": receipt.receipt if receipt else None,
        "received_at": receipt.received_at if receipt else None,
        "late": bool(receipt and receipt.late),
        "simulated": bool(receipt and receipt.simulated),
    }


def _figures_table(year: int, standing: Mapping[str, Receipt], corrected: Corrected) -> "pa.Table":
    """Return the figures, made from some organisations at a time: as lists those of a nation take too much memory."""
    import pyarrow as pa

    schema, codes = table_schema("figures"), list(corrected.figures)
    parts = (codes[start : start + _AT_ONCE] for start in range(0, len(codes), _AT_ONCE))
    batches = [
        pa.RecordBatch.from_pydict(_figure_columns(year, part, standing, corrected), schema=schema) for part in parts
    ]
    return pa.Table.from_batches(batches, schema=schema)


def _figure_columns(
    year: int, codes: Sequence[str], standing: Mapping[str, Receipt], corrected: Corrected
) -> dict[str, list[Any]]:
    """Return the columns of the figures that count, corrections applied."""
    columns: dict[str, list[Any]] = {name: [] for name in table_schema("figures").names}
    for code in codes:
        cells, receipt = corrected.figures[code], standing[code]
        count = len(cells)
        columns["collection_year"] += [year] * count
        columns["organisation_code"] += [code] * count
        columns["receipt"] += [receipt.receipt] * count
        columns["sha256"] += [receipt.sha256] * count
        columns["item"] += [item for item, _ in cells]
        columns["ethnic_group"] += [group for _, group in cells]
        columns["value"] += cells.values()
        corrections = [corrected.corrections.get((code, *cell)) for cell in cells]
        columns["corrected_from"] += [correction and correction.sent for correction in corrections]
        columns["correction_reason"] += [correction and correction.reason for correction in corrections]
        columns["corrected_by"] += [correction and correction.who for correction in corrections]
        columns["corrected_on"] += [correction and correction.when for correction in corrections]
    return columns


def _finding_rows(
    standing: Mapping[str, Receipt], queries: list[ExplainedQuery], corrected: set[str]
) -> list[dict[str, Any]]:
    """Return a row for each return that counts and quality edit, also where the edit found nothing or did not run."""
    findings = Counter((query.receipt, query.code) for query in queries)
    explained = Counter((query.receipt, query.code) for query in queries if query.text)
    return [
        {
            "collection_year": receipt.collection_year,
            "organisation_code": code,
            "receipt": receipt.receipt,
            "edit_code": edit,
            "findings": findings[receipt.receipt, edit],
            "findings_explained": explained[receipt.receipt, edit],
            "ran": edit in (receipt.edits_run or ()),
            "corrected": code in corrected,
        }
        for code, receipt in standing.items()
        for edit in sorted({*(receipt.edits_run or ()), *(receipt.edits_not_run or ())})
        if edit.startswith(_QUALITY)
    ]
