"""What a build takes from the registry: of each organisation also what its last year is made of, and what was found."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.support.registry import save_all_results
from wres.database.organisations import current_register, current_successions, replace_successions
from wres.database.receipts import NewReceipt, add_receipt
from wres.database.registry import open_registry
from wres.errors import UnavailableError
from wres.reference.register import expected_codes
from wres.reference.year_config import load_year
from wres.returns.findings import Finding, ValidationResult
from wres.settings import Settings
from wres.warehouse import extract
from wres.warehouse.closures import list_closures
from wres.warehouse.extract import year_tables


def last_years(settings: Settings, year: int) -> dict[str, str]:
    rows = year_tables(settings, open_registry(settings), load_year(year))["organisations"].to_pylist()
    return {row["organisation_code"]: row["last_year_codes"] for row in rows}


def test_an_organisation_without_a_merger_is_its_own_last_year(settings: Settings) -> None:
    assert last_years(settings, 2022)["RXY"] == "RXY"


def test_a_merger_of_the_year_before_the_snapshot_pools(settings: Settings) -> None:
    """RW6 went into RM3 on 1 October 2021."""
    assert [last_years(settings, year)["RM3"] for year in (2021, 2022, 2023)] == ["RM3", "RM3 RW6", "RM3"]


def test_a_code_made_new_for_a_merger_is_not_part_of_its_own_last_year(settings: Settings) -> None:
    """R0D opened on 1 October 2020 for the staff of RD3 and RDZ."""
    assert [last_years(settings, year)["R0D"] for year in (2021, 2022)] == ["RD3 RDZ", "R0D"]


def test_a_new_organisation_that_took_over_nobody_has_no_last_year(settings: Settings) -> None:
    engine = open_registry(settings)
    successions = current_successions(engine)
    replace_successions(engine, successions[successions["successor"] != "R0D"])
    assert last_years(settings, 2021)["R0D"] == ""


def test_closings_are_kept_with_their_days_up_to_the_next_snapshot(settings: Settings) -> None:
    """RW6 closed on 30 September 2021; RBZ on the snapshot of 2022, and RA4 on that of 2023."""
    tables = {year: year_tables(settings, open_registry(settings), load_year(year)) for year in (2021, 2022)}
    rows = [row for year in (2021, 2022) for row in tables[year]["organisations"].to_pylist()]
    by_name = {(row["collection_year"], row["organisation_code"]): row for row in rows}
    assert by_name[2022, "RM3"]["taken_over"] == "RW6:2021-09-30:2021-10-01"
    assert by_name[2022, "RA4"]["closed"] == date(2023, 3, 31)
    assert by_name[2022, "RA4"]["successor_from"] == date(2023, 4, 1)
    assert (by_name[2021, "RA4"]["closed"], by_name[2022, "RVY"]["closed"]) == (None, None)
    closures = {closure.code: closure for closure in list_closures(rows, date(2022, 6, 30))}
    assert {"RW6", "RTV", "RBZ", "RXH"} <= set(closures)
    assert not {"RA4", "RVY"} & set(closures)
    merged = closures["RW6"]
    assert (merged.closed, merged.successor, merged.since) == (date(2021, 9, 30), "RM3", date(2021, 10, 1))
    assert merged.successor_name == "Northern Care Alliance NHS Foundation Trust"
    assert merged.name == "Pennine Acute Hospitals NHS Trust"


def test_who_closed_and_was_taken_over_by_nobody_is_known_by_its_own_row(settings: Settings) -> None:
    """RYK closed on 30 September 2024."""
    rows = year_tables(settings, open_registry(settings), load_year(2024))["organisations"].to_pylist()
    closures = {closure.code: closure for closure in list_closures(rows, date(2025, 6, 26))}
    assert (closures["RYK"].closed, closures["RYK"].successor) == (date(2024, 9, 30), "")
    assert "RYK" not in {closure.code for closure in list_closures(rows, date(2024, 9, 29))}


NOON = datetime(2022, 6, 10, 12, tzinfo=UTC)


def validated(
    engine: Engine,
    code: str,
    closures: Sequence[str],
    ran: Sequence[str],
    not_run: Sequence[str] = (),
    texts: Mapping[str, str] | None = None,
    status: str = "accepted_with_queries",
) -> None:
    """A return with one finding of each of these edits."""
    delivery = f"{code}{len(closures)}{len(ran)}"
    new = NewReceipt(2022, code, "folder", delivery, "r.csv", "0" * 64, 1, NOON, "machine", simulated=False)
    findings = [Finding(edit, "query", "m", "h") for edit in closures]
    reasons = dict.fromkeys(not_run, "there is no accepted return of last year to compare with")
    receipt = add_receipt(engine, new)
    result = ValidationResult(
        receipt,
        status,
        "2.0",
        "r/1",
        findings=findings,
        edits_run=[*ran],
        edits_not_run=reasons,
        texts=texts or {},
    )
    save_all_results(engine, 2022, [result], NOON)


def test_what_a_quality_edit_found_in_a_return_that_counts(settings: Settings) -> None:
    """Found, not found and not run are three things; only what explains the very same figures is an explanation."""
    engine = open_registry(settings)
    validated(engine, "RXY", ["Q303", "Q309"], ["Q303", "Q305", "Q309"], ["Q307"])
    validated(engine, "RJ1", ["Q303"], ["Q303"], texts={"explanation.Q303": "Two wards were reviewed."})
    validated(engine, "RR8", ["Q303"], ["Q303"], status="rejected")
    validated(engine, "RXY", ["Q303"], ["V201", "Q303"], ["Q307"])
    rows = year_tables(settings, engine, load_year(2022))["findings"].to_pylist()
    facts = {
        (row["receipt"], row["edit_code"]): (row["ran"], row["findings"], row["findings_explained"], row["corrected"])
        for row in rows
    }
    assert facts == {
        ("2022-RXY-002", "Q303"): (True, 1, 0, False),
        ("2022-RXY-002", "Q307"): (False, 0, 0, False),
        ("2022-RJ1-001", "Q303"): (True, 1, 1, False),
    }
    assert len(rows) == len(facts)


def test_a_return_validated_while_the_year_is_read_makes_it_read_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receipts are read first and what belongs to them later: between the two another worker may end a round."""
    engine = open_registry(settings)
    validated(engine, "RXY", ["Q303"], ["Q303"])
    real, coming = extract.corrected_figures, iter(["RJ1", "RR8"])  # type: ignore[attr-defined]

    def meanwhile(*args: Any) -> Any:
        if (code := next(coming, None)) is not None:
            validated(engine, code, ["Q303"], ["Q303"])
        return real(*args)

    monkeypatch.setattr(extract, "corrected_figures", meanwhile)
    tables = year_tables(settings, engine, load_year(2022))
    accepted = [row for row in tables["organisations"].to_pylist() if row["receipt"]]
    assert {row["organisation_code"] for row in accepted} == {"RXY", "RJ1", "RR8"}
    assert {row["receipt"] for row in tables["findings"].to_pylist()} == {row["receipt"] for row in accepted}


def test_a_year_that_never_stands_still_is_reported(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_registry(settings)
    register = current_register(engine)
    coming = iter(expected_codes(register, load_year(2022)))
    real = extract.corrected_figures  # type: ignore[attr-defined]

    def meanwhile(*args: Any) -> Any:
        validated(engine, next(coming), [], ["Q303"])
        return real(*args)

    monkeypatch.setattr(extract, "corrected_figures", meanwhile)
    with pytest.raises(UnavailableError, match="Try again"):
        year_tables(settings, engine, load_year(2022))
