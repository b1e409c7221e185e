"""Use another tables.toml, and other templates, for one test."""

from pathlib import Path

import pytest

from wres.outputs import table_schema
from wres.outputs.group_columns import columns_of_measure, compared_counts
from wres.outputs.table_schema import load_specification
from wres.returns import template_spec


def use_schema(monkeypatch: pytest.MonkeyPatch, tables: Path, templates: Path | None = None) -> None:
    """Load the published columns, and the templates where a folder of them is given, from other files.

    Call `forget_schema` when the test is over and `monkeypatch` is undone.
    """
    monkeypatch.setattr(table_schema, "TABLES_FILE", tables)
    if templates is not None:
        monkeypatch.setattr(template_spec, "TEMPLATES_FOLDER", templates)
    forget_schema()


def forget_schema() -> None:
    """Forget what was loaded from the files."""
    for cached in (load_specification, columns_of_measure, compared_counts):
        cached.cache_clear()
