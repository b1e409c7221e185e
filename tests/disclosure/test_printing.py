"""The letter c in every format, told from what is missing for another reason, as its readers would find it."""

import io
import json
from dataclasses import replace

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.disclosure.nations import Tables, Trust, exact_tables, policies
from tests.support.tables import check_table
from wres.disclosure import protect
from wres.outputs.csv_writer import csv_bytes
from wres.outputs.csvw import csvw_bytes
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.parquet import parquet_bytes
from wres.outputs.schema_check import ReleaseCheckError, cast_to_schema
from wres.outputs.table_schema import load_specification
from wres.outputs.workbook_sheet import display_columns
from wres.outputs.xlsx_writer import workbook_bytes

SPECS = load_specification().tables
NATION = {
    2021: {
        "RAA": Trust(22, 3),
        "RNN": Trust(0, 10, region=""),
        "RBB": Trust(33, 14),
        "RCC": Trust(41, 17, region="Y60"),
    }
}


@pytest.fixture(scope="module")
def printed() -> Tables:
    printed = protect(exact_tables(NATION), policies(NATION)).tables
    return {name: cast_to_schema(table, SPECS[name]) for name, table in printed.items() if name in SPECS}


@pytest.fixture
def official(about: ReleaseMetadata) -> ReleaseMetadata:
    return replace(about, audience="official", simulated=False)


def test_csv_prints_each_symbol_where_it_belongs(printed: Tables) -> None:
    header, *lines = csv_bytes(printed["organisation"], SPECS["organisation"]).decode().splitlines()
    columns = header.split(",")
    assert "suppressed" not in columns
    rows = {values["code"]: values for values in (dict(zip(columns, line.split(","), strict=True)) for line in lines)}
    assert [rows["RAA"][name] for name in ("white_entered", "bme_entered", "relative_likelihood")] == ["20", "c", "c"]
    assert [rows["RNN"][name] for name in ("bme_entered", "relative_likelihood", "region_code")] == ["10", "z", "z"]
    assert [rows["RAA"][name] for name in ("reason_not_calculable", "reliability")] == ["c", "c"]
    assert rows["RBB"]["reason_not_calculable"] == "z"


def test_csvw_names_c_among_the_nulls_of_an_official_table_only(
    about: ReleaseMetadata, official: ReleaseMetadata
) -> None:
    for facts, nulls, required in ((about, None, True), (official, ["c"], False)):
        document = json.loads(csvw_bytes(SPECS["organisation"], facts))
        columns = {column["name"]: column for column in document["tableSchema"]["columns"]}
        assert (columns["bme_entered"].get("null"), columns["bme_entered"]["required"]) == (nulls, required)
        assert columns["relative_likelihood"]["null"] == [*(nulls or []), "z"]
        assert columns["code"]["required"]
        assert ("c means" in document["dc:description"]) == (nulls is not None)
    assert document["dc:accessRights"] == "Public"
    assert "schema:creativeWorkStatus" not in document  # real figures, for everybody: nothing to warn of


def test_parquet_says_which_nulls_are_held_back(printed: Tables, official: ReleaseMetadata) -> None:
    content = io.BytesIO(parquet_bytes(printed["organisation"], SPECS["organisation"], official))
    table = pq.read_table(content)
    asked = """
        SELECT
            code, bme_entered, relative_likelihood,
            list_contains(suppressed, 'bme_entered'), list_contains(suppressed, 'relative_likelihood')
        FROM official
    """
    with duckdb.connect() as database:
        database.register("official", table)
        rows = {code: values for code, *values in database.execute(asked).fetchall()}
    assert rows["RAA"] == [None, None, True, True]
    assert rows["RNN"][1:] == [None, False, False]
    frame = table.to_pandas()
    hidden = frame.loc[frame["suppressed"].map(lambda names: "bme_entered" in names), "code"]
    assert list(hidden) == ["RAA"]
    assert b"suppressed: a small count" in table.schema.field("suppressed").metadata[b"description"]
    assert table.schema.field("code").nullable is False


def test_the_workbook_shows_and_explains_c(printed: Tables, official: ReleaseMetadata) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(printed, official)))
    sheet = book["Organisation"]
    texts = {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert {"[c]", "[z]"} <= texts
    assert any("[c] means suppressed" in text for text in texts)
    assert not any("Management" in text for text in texts)
    names = [column.name for column in SPECS["organisation"].columns]
    shown = display_columns(printed["organisation"], SPECS["organisation"])
    assert "[c]" in shown[names.index("bme_entered")]


def test_a_value_that_is_called_suppressed_breaks_the_specification(printed: Tables) -> None:
    table = printed["organisation"]
    names = [["code"], *table["suppressed"].to_pylist()[1:]]
    spoiled = table.set_column(table.num_columns - 1, "suppressed", pa.array(names, pa.list_(pa.string())))
    with pytest.raises(ReleaseCheckError, match="column code shows 1 values that are withheld"):
        check_table(spoiled, SPECS["organisation"])


def test_a_gap_that_nothing_explains_breaks_the_specification(printed: Tables) -> None:
    table = printed["organisation"]
    none = pa.array([[]] * table.num_rows, pa.list_(pa.string()))
    with pytest.raises(ReleaseCheckError, match="column bme_entered has 1 empty values and must have none"):
        check_table(table.set_column(table.num_columns - 1, "suppressed", none), SPECS["organisation"])


def test_the_rows_of_a_table_keep_what_is_held_back_of_them_when_sorted(printed: Tables) -> None:
    table = printed["organisation"]
    again = cast_to_schema(table.take(list(reversed(range(table.num_rows)))), SPECS["organisation"])
    assert again == table
