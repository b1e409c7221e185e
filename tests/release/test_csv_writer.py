"""The CSV files to the letter, and what stands beside them."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from wres.outputs.csv_writer import count_text, csv_bytes
from wres.outputs.csvw import csvw_bytes
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import load_specification

Tables = dict[str, pa.Table]
SPECS = load_specification().tables
SHARED = (
    "collection_year,level,code,name,organisation_group,window,organisations,white_headcount,bme_headcount,"
    "unknown_headcount,white_entered,bme_entered,unknown_entered,white_likelihood_percent,bme_likelihood_percent,"
    "overall_likelihood_percent,relative_likelihood,relative_likelihood_lower,relative_likelihood_upper,range"
)


def test_organisation_csv_to_the_letter(tables: Tables) -> None:
    text = csv_bytes(checked_tables(tables, 2021)["organisation"], SPECS["organisation"]).decode()
    kent = "RXY,Kent and Medway NHS and Social Care Partnership Trust,trust"
    kent_figures = "1,2505,725,66,17,9,0,0.68,1.24,0.79,1.83,0.83,4.00,above,mental_health,Y59,South East"
    starts = [
        (
            f"{SHARED},organisation_type,region_code,region_name,reason_not_calculable,differs_from_equal,reliability,"
            "entries_above_parity,excess_group,excess_entries,entries_above_parity_lower,entries_above_parity_upper"
        ),
        (
            "2020,organisation,08W,NHS Island CCG,ccg,two_year_average,1,36,20,4,0,0,0,0.00,0.00,0.00,z,z,z,"
            "not_calculable,ccg,z,z,no_white_entries,z,not_judged,z,z,z,z,z"
        ),
        f"2020,organisation,{kent},two_year_average,{kent_figures},z,false,low,4.08,bme,3,-1.85,6.75",
        (
            '2020,organisation,RZ1,"St Mary\'s, Orchard & Vale NHS Trust",trust,two_year_average,1,3460,1254,230,40.5,'
            "24,3,1.17,1.91,1.37,1.64,1.00,2.68,above,acute,Y61,East of England,z,true,reliable,9.32,bme,6,0.00,15.04"
        ),
        f"2021,organisation,{kent},single_year,{kent_figures},z,false,low,4.08,bme,3,-1.85,6.75",
    ]
    assert_lines(text, starts)


def test_goals_csv_to_the_letter(tables: Tables) -> None:
    text = csv_bytes(checked_tables(tables, 2021)["goals"], SPECS["goals"]).decode()
    starts = [
        (
            "collection_year,organisation_group,below,within,above,not_calculable,not_returned,share_within_percent,"
            "small_organisations,share_within_adjusted_percent,goal_percent,goal_met"
        ),
        "2020,all,0,0,2,1,0,0.0,1,0.0,51,false",
        "2021,all,0,1,1,0,2,50.0,0,z,z,z",
    ]
    assert_lines(text, starts)


def assert_lines(text: str, starts: list[str]) -> None:
    """Each line begins with these columns, to the letter; columns that came later stand after them."""
    lines = text.split("\r\n")
    assert lines.pop() == ""
    assert [line[: len(start)] for line, start in zip(lines, starts, strict=True)] == starts
    assert {line[len(start) :][:1] for line, start in zip(lines, starts, strict=True)} == {","}


def test_a_name_that_could_be_a_formula_is_inert_and_a_negative_figure_is_a_figure(tables: Tables) -> None:
    rows = tables["organisation"].slice(0, 1).to_pylist()
    rows[0] |= {"name": '=HYPERLINK("http://x","y")', "entries_above_parity": Decimal("-4.08")}
    tables["organisation"] = pa.Table.from_pylist(rows, schema=tables["organisation"].schema)
    text = csv_bytes(checked_tables(tables, 2021)["organisation"], SPECS["organisation"]).decode()
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["name"] == '\'=HYPERLINK("http://x","y")'
    assert row["entries_above_parity"] == "-4.08"


@given(st.integers(0, 4_000_000))
def test_a_count_is_printed_exactly_and_as_short_as_can_be(quarters: int) -> None:
    value = Decimal(quarters * 25).scaleb(-2)
    text = count_text(value)
    assert Decimal(text) == value
    assert "." not in text or text[-1] != "0"


def test_metadata_describes_every_column_and_marks_the_release(about: ReleaseMetadata) -> None:
    document = json.loads(csvw_bytes(SPECS["organisation"], about))
    assert document["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    assert document["url"] == "organisation.csv"
    assert document["dc:accessRights"] == "Management information: not for publication"
    assert document["dc:description"].startswith("Management information: not for publication. Simulated data")
    schema = document["tableSchema"]
    assert schema["primaryKey"] == ["collection_year", "code"]
    columns = {column["name"]: column for column in schema["columns"]}
    assert list(columns) == [column.name for column in SPECS["organisation"].columns]
    assert columns["relative_likelihood"] | {"schema:disambiguatingDescription": ""} == {
        "name": "relative_likelihood",
        "titles": ["relative_likelihood", "Relative likelihood"],
        "dc:description": (
            "Likelihood of BME staff entering the process divided by that of white staff: WRES indicator 3."
        ),
        "datatype": "decimal",
        "required": False,
        "schema:unitText": "ratio",
        "null": ["z"],
        "schema:disambiguatingDescription": "",
    }
    assert columns["range"]["datatype"] == {"base": "string", "format": "below|within|above|not_calculable"}
    assert (columns["code"]["required"], "null" in columns["code"]) == (True, False)
    assert columns["region_code"]["null"] == ["z"]


def test_metadata_of_real_figures_does_not_call_them_simulated(about: ReleaseMetadata) -> None:
    assert b"imulated" in csvw_bytes(SPECS["goals"], about)
    assert b"imulated" not in csvw_bytes(SPECS["goals"], replace(about, simulated=False))
