"""What makes Great Expectations cheaper changes nothing that it finds."""

from contextlib import nullcontext
from typing import Any

import pandas as pd
import pytest

import wres.validation.gx_adapter
from wres.validation.batch import Batch
from wres.validation.edit_catalogue import load_suites
from wres.validation.figure_frames import figures_frame, groups_frame, usable_amounts
from wres.validation.frames import join_to_template
from wres.validation.gx_cache import asked_once
from wres.validation.gx_import import great_expectations


@pytest.fixture(scope="module")
def frames(single: Any) -> dict[str, tuple[pd.DataFrame, dict[str, float]]]:
    """The frames of a batch with mistakes."""
    total, entered = ("workforce.total", "white"), ("disciplinary.entered", "bme")
    changes = ({}, {entered: "-1"}, {entered: "9999"}, {total: "1.3"}, {total: None, entered: "none"}, {total: "1"})
    submissions = [single.submission(single.read(change)) for change in changes]
    batch = Batch(submissions, single.year, single.template, ["RXX"], ["RXX"], None, None)
    cells = join_to_template(batch)
    figures = figures_frame(cells, single.template)
    groups = groups_frame(usable_amounts(figures, (), len(submissions), single.template))
    limits = {"beyond_any_employer": single.year.thresholds["beyond_any_employer"]}
    return {"cells": (cells.frame, {}), "figures": (figures, limits), "groups": (groups, {})}


def test_asked_once_finds_what_is_found_otherwise(frames, monkeypatch):
    suites, run = load_suites(), wres.validation.gx_adapter.run_suite
    quick = {name: run(suites[name], *given) for name, given in frames.items()}
    monkeypatch.setattr(wres.validation.gx_adapter, "asked_once", nullcontext)
    assert quick == {name: run(suites[name], *given) for name, given in frames.items()}
    assert sum(map(len, quick.values())) >= 5


def test_the_library_is_left_as_it_was(frames):
    great_expectations()
    from great_expectations.core.id_dict import IDDict
    from great_expectations.execution_engine import pandas_execution_engine
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    def changed() -> list[Any]:
        engine = pandas_execution_engine.PandasExecutionEngine
        fingerprint = pandas_execution_engine.hash_pandas_dataframe
        made = ExpectationConfiguration.to_domain_obj
        return [Expectation.configuration, made, IDDict.to_id, engine.get_domain_records, fingerprint]

    own = changed()
    with asked_once():
        assert all(now is not before for now, before in zip(changed(), own, strict=True))
    assert changed() == own
