"""(b) NHS England's data-validation-engine on DuckDB: transform, contract and business rules, a file at a time.

One thread: with two its readers and its background writer of messages share a connection that is not made for it.
S110 is not expressed: its filters test rows that are there, and a row that is missing is none.
"""

import json
import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb
from dve.core_engine.backends.implementations.duckdb.auditing import DDBAuditingManager
from dve.core_engine.backends.implementations.duckdb.readers.csv import DuckDBCSVReader  # noqa: F401 (registers it)
from dve.core_engine.models import SubmissionInfo
from dve.pipeline.duckdb_pipeline import DDBDVEPipeline

CODES = ("V201", "V202", "V203", "V204", "V209", "S109", "V205", "V206", "V207")
_COLUMNS = ("collection_year", "organisation_code", "item", "ethnic_group", "value")
_NUMBER = "TRY_CAST(value AS DECIMAL(18,4))"


class Contender:
    """Made once: the configuration, the pipeline, its audit tables; `check` takes files through it, file by file."""

    codes = CODES

    def __init__(self, rules: dict[str, Any]) -> None:
        logging.disable(logging.CRITICAL)
        self._folder = Path(tempfile.mkdtemp(prefix="dve-"))
        config = self._folder / "returns.dischema.json"
        config.write_text(json.dumps(_dischema(rules)))
        connection = duckdb.connect(":memory:", config={"threads": 1})
        audit = DDBAuditingManager(self._folder.as_uri(), None, connection)
        self._work = self._folder / "work"
        self._pipeline = DDBDVEPipeline(
            processed_files_path=self._work.as_posix(),
            audit_tables=audit,
            connection=connection,
            rules_path=config.as_posix(),
            submitted_files_path=None,
        )

    def check(self, paths: list[str]) -> list[list[str]]:
        findings = []
        for path in map(Path, paths):
            place = self._work / path.stem
            place.mkdir(parents=True)
            shutil.copy(path, place / path.name)
            info = SubmissionInfo(
                submission_id=path.stem, dataset_id="cells", file_name=path.stem, file_extension=path.suffix
            )
            info, status = self._pipeline.file_transformation(info)
            info, status = self._pipeline.apply_data_contract(info, status)
            info, status = self._pipeline.apply_business_rules(info, status)
            findings += [[path.stem, *finding] for finding in _findings(place)]
        shutil.rmtree(self._work)
        return findings


def _findings(place: Path) -> list[list[str]]:
    errors = place / "errors" / "business_rules_errors.jsonl"
    lines = [json.loads(line) for line in errors.read_text().splitlines()] if errors.exists() else []
    return [[line["ErrorCode"], *line["ErrorMessage"].split("|")] for line in lines]


def _dischema(rules: dict[str, Any]) -> dict[str, Any]:
    """Write the rules: cells are tested as they stand; the sums of a group are made from those without a finding."""
    known = ", ".join(f"'{item}'" for item in rules["items"])
    optional = ", ".join(f"'{item}'" for item in rules["optional"])
    figure = f"ethnic_group <> '' AND item IN ({known}) AND NOT (item IN ({optional}) AND COALESCE(value, '') = '')"
    tests = {
        "S109": f"ethnic_group <> '' AND item NOT IN ({known})",
        "V201": f"{figure} AND COALESCE(value, '') = ''",
        "V202": f"{figure} AND value <> '' AND {_NUMBER} IS NULL",
        "V203": f"{figure} AND {_NUMBER} < 0",
        "V204": f"{figure} AND {_NUMBER} % 1 <> 0",
        "V209": f"{figure} AND {_NUMBER} > {rules['limit']}",
    }
    between = {
        "V205": ("entered > staff", rules["entered"]),
        "V206": ("stated <> staff", rules["total"]),
        "V207": ("part > whole", rules["part"]),
    }
    sound = f"CASE WHEN {_NUMBER} BETWEEN 0 AND {rules['limit']} AND {_NUMBER} % 1 = 0 THEN {_NUMBER} END"
    summands = ", ".join(f"'{item}'" for item in rules["summands"])
    columns = {
        f"CASE WHEN COUNT({sound}) FILTER (item IN ({summands})) = {len(rules['summands'])} "
        f"THEN SUM({sound}) FILTER (item IN ({summands})) END": "staff",
        **{f"MAX({sound}) FILTER (item = '{rules[name]}')": name for name in ("entered", "part", "whole")},
        f"MAX({sound}) FILTER (item = '{rules['total']}')": "stated",
    }
    return {
        "contract": {
            "datasets": {
                "cells": {
                    "fields": dict.fromkeys(_COLUMNS, "str"),
                    "reader_config": {".csv": {"reader": "DuckDBCSVReader"}},
                    "mandatory_fields": [],
                }
            }
        },
        "transformations": {
            "rules": [
                {
                    "operation": "group_by",
                    "entity": "cells",
                    "group_by": {"ethnic_group": "ethnic_group"},
                    "agg_columns": columns,
                    "new_entity_name": "groups",
                }
            ],
            "filters": [
                *(_filter("cells", code, test, "{{ item }}|{{ ethnic_group }}") for code, test in tests.items()),
                *(
                    _filter("groups", code, f"ethnic_group <> '' AND {test}", f"{item}|{{{{ ethnic_group }}}}")
                    for code, (test, item) in between.items()
                ),
            ],
        },
    }


def _filter(entity: str, code: str, wrong: str, where: str) -> dict[str, str]:
    """Write a filter, which names what is right: what it leaves out is the finding, named by its place."""
    keep = f"NOT COALESCE({wrong}, FALSE)"
    return {"entity": entity, "name": code, "expression": keep, "error_code": code, "failure_message": where}
