"""The tidy file keeps to the rules of Explore Education Statistics, and says nothing that the other tables do not."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from tests.release.csvw_reader import faults
from tests.release.ees_rules import Row, broken_rules
from wres.outputs.formatting import rows_of
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.schema_check import checked_tables
from wres.outputs.tidy import tidy_files

Tables = dict[str, pa.Table]
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def tidy_releases(
    three_years: Tables, official_three_years: Tables, about: ReleaseMetadata
) -> dict[str, tuple[Tables, Files]]:
    files = {}
    for audience, audience_tables in (("official", official_three_years), ("management", three_years)):
        tables = checked_tables(audience_tables, 2022)
        files[audience] = tables, tidy_files(tables, replace(about, audience=audience, collection_year=2022))
    return files


def read(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


@pytest.mark.parametrize("audience", ["official", "management"])
def test_it_keeps_to_every_rule_of_the_screener(tidy_releases: dict[str, tuple[Tables, Files]], audience: str) -> None:
    files = tidy_releases[audience][1]
    assert broken_rules("tidy.csv", "tidy.meta.csv", read(files["tidy.csv"]), read(files["tidy.meta.csv"])) == []
    assert faults(files["tidy.csv-metadata.json"], files["tidy.csv"], "tidy.csv") == []


SPOILED: list[tuple[str, Callable[[list[Row], list[Row]], object]]] = [
    ("col_req_data", lambda data, meta: [row.pop("country_code") for row in data]),
    ("cross_data_to_meta", lambda data, meta: meta.pop()),
    ("meta_dupe_label", lambda data, meta: meta[0].update(label=meta[1]["label"])),
    ("meta_ind_unit_validation", lambda data, meta: meta[-1].update(indicator_unit="people")),
    ("meta_indicator_grouping", lambda data, meta: meta[0].update(indicator_grouping="x")),
    ("time_period", lambda data, meta: data[0].update(time_period="202122")),
    ("geog_level", lambda data, meta: data[0].update(geographic_level="Trust")),
    ("filter_defaults", lambda data, meta: [row.update(minority_ethnic="White") for row in data]),
    ("filter_blanks", lambda data, meta: data[0].update(organisation="")),
    ("ind_invalid_entry", lambda data, meta: data[0].update(headcount="")),
    ("general_dupes", lambda data, meta: data.append(data[0])),
    ("general_null", lambda data, meta: data[0].update(organisation="NA")),
]


@pytest.mark.parametrize(("rule", "spoil"), SPOILED, ids=[rule for rule, _spoil in SPOILED])
def test_each_rule_finds_what_breaks_it(
    tidy_releases: dict[str, tuple[Tables, Files]], rule: str, spoil: Callable[[list[Row], list[Row]], object]
) -> None:
    data, meta = (read(tidy_releases["management"][1][name]) for name in ("tidy.csv", "tidy.meta.csv"))
    spoil(data, meta)
    if rule == "col_req_data":
        with pytest.raises(KeyError, match="country_code"):
            broken_rules("tidy.csv", "tidy.meta.csv", data, meta)
    else:
        assert [breach for breach in broken_rules("tidy.csv", "tidy.meta.csv", data, meta) if breach.startswith(rule)]


@pytest.mark.parametrize("audience", ["official", "management"])
def test_each_figure_is_that_of_its_table(tidy_releases: dict[str, tuple[Tables, Files]], audience: str) -> None:
    tables, files = tidy_releases[audience]
    rows = read(files["tidy.csv"])
    by_place = {
        (row["time_period"], row["organisation_code"], row["minority_ethnic"]): row
        for row in rows
        if row["breakdown"] == "Organisation"
    }
    organisations = rows_of(tables, "organisation")
    assert len(by_place) == 4 * len(organisations)
    for row in organisations:
        for group, label in (("white", "White"), ("bme", "Black and minority ethnic (BME)"), ("unknown", "Not known")):
            tidy = by_place[str(row["collection_year"]), row["code"], label]
            assert number(tidy["headcount"]) == row[f"{group}_headcount"]
            assert number(tidy["entered"]) == row[f"{group}_entered"]
        total = by_place[str(row["collection_year"]), row["code"], "Total"]
        assert number(total["relative_likelihood"]) == row["relative_likelihood"]
        counts = [row[f"{group}_entered"] for group in ("white", "bme", "unknown")]
        assert number(total["entered"]) == (None if None in counts else sum(counts))
        names = [f"organisations_{kind}_range" for kind in ("below", "within", "above")]
        in_range = [total[name] for name in [*names, "organisations_not_calculable"]]
        assert in_range.count("1") == (0 if row["range"] is None else 1)
    assert sum(
        len(rows_of(tables, name)) for name in ("national", "region", "organisation_type", "organisation")
    ) * 4 == len(rows)


def number(text: str) -> Decimal | None:
    return None if text in {"c", "x", "z"} else Decimal(text)


def test_pandas_reads_it_as_documented(tidy_releases: dict[str, tuple[Tables, Files]]) -> None:
    frame = pd.read_csv(io.BytesIO(tidy_releases["official"][1]["tidy.csv"]), na_values=["c", "x", "z"])
    nation = frame[(frame.breakdown == "Total") & (frame.organisation_group == "Total") & (frame.time_period == 2022)]
    assert nation.set_index("minority_ethnic").headcount["Total"] == nation.headcount.iloc[1:].sum()
