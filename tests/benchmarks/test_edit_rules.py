"""The benchmark of the edits evaluates the rules of the suites; Great Expectations must flag the same returns."""

from collections import defaultdict
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from benchmarks import edit_nation, edits
from wres.reference.year_config import load_year
from wres.returns.parsed_return import Cell, CellTable, ParsedReturn, Text
from wres.returns.template_spec import load_template, newest_template
from wres.simulation.assumptions import STAFF_CELLS
from wres.validation.batch import Batch, Submission
from wres.validation.usual_changes import OtherReturns, RegionEntries, YearCounts
from wres.validation.validate import validate_returns

ETHNIC_GROUPS = newest_template().ethnic_groups

YEAR = load_year(edits.YEAR)
TEMPLATE = load_template(YEAR.template_version)
NOON = datetime(edits.YEAR, 7, 1, 12, tzinfo=UTC)
RULES = [f"Q{number}" for number in range(321, 331)]


def figures(counts: YearCounts, number: int) -> dict[tuple[str, str], Decimal]:
    """One return's figures, with no senior medical managers and no stated total."""
    figures = {("workforce.medical.senior_medical_managers", group): Decimal(0) for group in ETHNIC_GROUPS}
    for position, group in enumerate(ETHNIC_GROUPS):
        figures |= {
            (item, group): Decimal(int(counts.cells[number, row, position])) for row, item in enumerate(STAFF_CELLS)
        }
        figures["disciplinary.entered", group] = Decimal(int(counts.entered[number, position]))
    return figures


def test_the_suites_flag_the_returns_that_the_rules_flag() -> None:
    """Each return of a nation with an error of its own, or none."""
    nation = edit_nation.draw_nation(3, "heavy tails")
    changes = [lambda now, _: now, *edit_nation.ERRORS.values()]
    variants = [change(nation.now, nation.before) for change in changes]
    returns = len(nation.regions)
    cells, entered = nation.now.cells.copy(), nation.now.entered.copy()
    for number in range(returns):
        variant = variants[number % len(variants)]
        cells[number], entered[number] = variant.cells[number], variant.entered[number]
    sent = YearCounts(cells, entered, edit_nation.POSITIONS)
    expected = edits.flags_by_code(nation, sent)

    compared = edits.compare(nation)
    rows = np.stack([getattr(compared.regions, field.name) for field in fields(RegionEntries)], axis=1).tolist()
    codes = [f"R{number:03}" for number in range(returns)]
    submissions = [
        Submission(
            code,
            code,
            NOON,
            ParsedReturn(
                CellTable(Cell(*key, str(value), value) for key, value in figures(sent, number).items()),
                [Text("organisation_code", code), Text("collection_year", str(edits.YEAR))],
            ),
            figures(nation.before, number),
            [figures(year, number) for year in reversed(nation.years[:-2])],
        )
        for number, code in enumerate(codes)
    ]
    others = OtherReturns(compared.usual, dict(zip(codes, map(tuple, rows), strict=True)))
    results = validate_returns(Batch(submissions, YEAR, TEMPLATE, codes, codes, others=others))
    codes_by_case = defaultdict(set)
    for number, result in enumerate(results):
        for finding in result.findings:
            codes_by_case[finding.code].add(number)
    for code in RULES:
        assert codes_by_case[code] == set(np.flatnonzero(expected[code]).tolist()), code
    assert all(codes_by_case[code] for code in RULES)
