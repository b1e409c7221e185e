"""The real reader and the real edits say of each simulated return what the simulation says of it."""

from typing import Any

import pandas as pd
import pytest

from wres.reader.return_reader import read_return
from wres.reference.register import expected_codes
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template
from wres.settings import Settings
from wres.simulation.delivery import Delivery
from wres.validation.batch import Batch, Submission
from wres.validation.validate import validate_returns


@pytest.fixture(scope="module")
def validated(national: list[Delivery], register: pd.DataFrame) -> Any:
    """(delivery, what was read, result) for all wrong and corrected returns and some of the good ones."""
    year = load_year(2022)
    good = [delivery for delivery in national if delivery.kind == "good"]
    chosen = [delivery for delivery in national if delivery.kind != "good"] + good[:40]
    read = [read_return(delivery.content, delivery.file_name, Settings()) for delivery in chosen]
    submissions = [
        Submission(str(number), delivery.organisation_code, delivery.sent_at, parsed, None)
        for number, (delivery, parsed) in enumerate(zip(chosen, read, strict=True))
    ]
    template = load_template(year.template_version)
    expected, known = expected_codes(register, year), set(register["code"])
    results = validate_returns(Batch(submissions, year, template, expected, known, hard_close=year.hard_close))
    return list(zip(chosen, read, results, strict=True))


def test_each_wrong_return_is_rejected_for_what_is_wrong_with_it(validated: Any) -> None:
    for delivery, _, result in validated:
        if delivery.kind == "wrong":
            codes = {finding.code for finding in result.findings if finding.severity == "reject"}
            assert codes & set(delivery.edits), (delivery.fault, codes)
            assert result.status == "rejected"


def test_each_other_return_is_accepted_with_the_figures_that_it_holds(validated: Any) -> None:
    for delivery, _, result in validated:
        if delivery.figures is not None:
            assert result.status.startswith("accepted"), (delivery.file_name, result.findings)
            assert {cell: result.figures[cell] for cell in delivery.figures} == delivery.figures


def test_only_the_oddly_saved_ones_need_repair(validated: Any) -> None:
    for delivery, read, _ in validated:
        if delivery.figures is not None:
            assert bool(read.repairs) == delivery.content.startswith(b"\xef\xbb\xbf")
    assert any(read.repairs for _, read, _ in validated)


def test_some_invite_questions_and_most_do_not(validated: Any) -> None:
    statuses = [result.status for delivery, _, result in validated if delivery.kind != "wrong"]
    assert 0 < statuses.count("accepted_with_queries") < len(statuses) / 2
