"""The indicators of ten years on DuckDB, against pandas doing the same.

The same is counts, likelihoods and ratios of the nation, the regions, the types and the organisations, without
intervals. pandas makes them of one group of organisations and does not round; DuckDB by the project's own files, of all
groups and series. All published tables on DuckDB stand beside. What they have in common is held equal.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.measuring import Figure, figure, fresh, ratios

QUESTION = "indicators"
_YEARS = list(range(2016, 2026))


def measure(size: int, runs: int) -> Iterator[Figure]:
    """Processor time, clock and memory of each, in turn."""
    ways = {"all_tables": "DuckDB, all tables", "on_duckdb": "DuckDB, the same", "in_pandas": "pandas, the same"}
    timings: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for _ in range(runs):
        for way in ways:
            timings[way].append(fresh(f"indicators:{way}", size=size))
        if len({str(runs_of_way[-1]["result"]["ratios"]) for runs_of_way in timings.values()}) != 1:
            raise RuntimeError("pandas counted something else than DuckDB")
    size_words = f"{len(_YEARS)} years x {size}"
    for way, name in ways.items():
        runs_of_way = timings[way]
        yield figure(QUESTION, f"{size_words}: {name}, processor", [item["result"]["cpu"] for item in runs_of_way], "s")
        yield figure(QUESTION, f"{size_words}: {name}, clock", [item["result"]["wall"] for item in runs_of_way], "s")
        yield figure(QUESTION, f"{size_words}: {name}, memory", [item["peak_mb"] for item in runs_of_way], "MB")
    duckdb, pandas = ([finding["result"]["cpu"] for finding in timings[way]] for way in ("on_duckdb", "in_pandas"))
    yield ratios(QUESTION, f"{size_words}: pandas, of DuckDB", duckdb, pandas)


def _given(size: int) -> tuple[Any, Any, Any]:
    import pyarrow as pa

    from benchmarks.nation import TEMPLATE, YEAR, register, warehouse_rows
    from wres.reference.year_config import load_year
    from wres.warehouse.extract import ORGANISATION_COLUMNS

    places = register(size)
    codes = list(places["code"])
    parts, organisations = [], []
    for year, table in zip(_YEARS, warehouse_rows(codes, _YEARS), strict=True):
        parts.append(table)
        organisations.append(
            pa.table(
                {
                    "collection_year": [year] * len(codes),
                    "organisation_code": codes,
                    **{name: list(places[name]) for name in ORGANISATION_COLUMNS},
                    "status": ["accepted"] * len(codes),
                    "late": [False] * len(codes),
                    "simulated": [True] * len(codes),
                    "last_year_codes": codes,
                }
            )
        )
    calendar = load_year(YEAR)
    collections = pa.table(
        {
            "collection_year": pa.array(_YEARS, pa.int32()),
            "window": [calendar.window] * len(_YEARS),
            "goal_percent": pa.array([None] * len(_YEARS), pa.int32()),
            "template_version": [TEMPLATE.version] * len(_YEARS),
            "rule_set": [calendar.rule_set] * len(_YEARS),
            "small_numbers_entries": pa.array([10] * len(_YEARS), pa.int32()),
        }
    )
    return pa.concat_tables(parts), pa.concat_tables(organisations), collections


def on_duckdb(size: int) -> dict[str, Any]:
    """The views up to likelihoods and ratios; the national ratios of all years as text."""
    from wres.indicators.duckdb_engine import open_duckdb
    from wres.indicators.schemas import INPUTS
    from wres.indicators.sql_views import all_rows, compute_views
    from wres.indicators.view_inputs import merger_history, successions_of, template_inputs

    figures, organisations, collections = _given(size)
    with _Clock() as clock, open_duckdb() as engine:
        for name, rows in (("figures", figures), ("organisations", organisations), ("collections", collections)):
            engine.register(name, rows)
        given = template_inputs(collections) | {
            "successions": successions_of(organisations),
            "lineages": merger_history(organisations),
        }
        for name, rows in given.items():
            engine.register(name, rows)
        views = ("likelihoods", "relative_likelihood")
        compute_views(engine, views, INPUTS)
        made = {name: all_rows(engine, name) for name in views}
    rows = [
        row
        for row in made["relative_likelihood"].to_pylist()
        if (row["basis"], row["level"], row["organisation_group"]) == ("window", "national", "all")
    ]
    rows.sort(key=lambda row: row["collection_year"])
    return {**clock.spent, "ratios": [str(row["relative_likelihood"]) for row in rows]}


def all_tables(size: int) -> dict[str, Any]:
    """All tables; the same."""
    from wres.indicators.compute import compute_tables

    given = _given(size)
    with _Clock() as clock:
        made = compute_tables(*given)
    rows = [row for row in made["national"].to_pylist() if row["organisation_group"] == "all"]
    return {**clock.spent, "ratios": [str(row["relative_likelihood"]) for row in rows]}


def in_pandas(size: int) -> dict[str, Any]:
    """Four tables; the same."""
    import pandas as pd

    from benchmarks.nation import TEMPLATE

    figures, organisations, _ = (table.to_pandas() for table in _given(size))
    with _Clock() as clock:
        summands = [item.code for item in TEMPLATE.items if item.in_total]
        keys = ["collection_year", "organisation_code"]
        figures["value"] = figures["value"].astype(float)
        staff = figures[figures["item"].isin(summands)].pivot_table("value", keys, "ethnic_group", "sum")
        entered = figures[figures["item"] == "disciplinary.entered"].pivot_table("value", keys, "ethnic_group", "sum")
        counts = staff.add_prefix("staff_").join(entered.add_prefix("entered_")).reset_index()
        counts = counts.merge(organisations, on=keys)
        levels = ([], ["region_code"], ["organisation_type"], ["organisation_code"])
        tables = [_measured(counts.groupby(["collection_year", *level], as_index=False)) for level in levels]
    national = tables[0]
    assert isinstance(national, pd.DataFrame)
    return {**clock.spent, "ratios": [f"{ratio:.2f}" for ratio in national["relative_likelihood"]]}


def _measured(groups: Any) -> Any:
    names = [f"{measure}_{group}" for measure in ("staff", "entered") for group in ("white", "bme", "unknown")]
    pooled = groups[names].sum()
    for group in ("white", "bme"):
        pooled[f"likelihood_{group}"] = pooled[f"entered_{group}"] / pooled[f"staff_{group}"]
    return pooled.assign(relative_likelihood=pooled["likelihood_bme"] / pooled["likelihood_white"])


class _Clock:
    """Seconds by the clock and of the processor, without what made the rows."""

    def __enter__(self) -> "_Clock":
        import time

        self._time = time
        self._began = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        wall, cpu = self._began
        self.spent = {"wall": self._time.perf_counter() - wall, "cpu": self._time.process_time() - cpu}
