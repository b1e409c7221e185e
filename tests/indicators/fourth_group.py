"""Run in a process of its own: a nation with a fourth ethnic group, from its returns to protected tables.

The group is in the templates and tables.toml of a folder that are taken before anything else of the house is imported,
as they would be if they were the shipped ones. What came of it is printed as JSON.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wres.outputs import table_schema
from wres.returns import template_spec

YEAR = 2022


def use_files_of(folder: Path) -> None:
    template_spec.TEMPLATES_FOLDER = folder / "versions"
    table_schema.TABLES_FILE = folder / "tables.toml"


def checked_returns(stated: dict[str, tuple[int, int]]) -> dict[str, list[str]]:
    """The findings of a return in a CSV file: as it is, with too many entries, and without the fourth group."""
    from wres.reader.return_reader import read_return
    from wres.reference.year_config import load_year
    from wres.returns.template_spec import load_template
    from wres.settings import Settings
    from wres.validation.batch import Batch, Submission
    from wres.validation.validate import validate_returns

    year = load_year(YEAR)
    template = load_template(year.template_version)
    summands = sum(item.in_total for item in template.items)

    def content(stated: dict[str, tuple[int, int]]) -> bytes:
        lines = ["Collection year,Organisation code,Item,Ethnic group,Value"]
        lines += ["2022,RXY,signoff.role,,Director of workforce", "2022,RXY,signoff.date,,2022-06-01"]
        for item, group in template.cells():
            if group in stated:
                staff, entered = stated[group]
                value = entered if item.startswith("disciplinary.") else staff
                value = staff * summands if item == "workforce.total" else value
                lines.append(f"2022,RXY,{item},{group},{value}")
        return "\n".join(lines).encode()

    variants = {
        "clean": stated,
        "more entries than staff": {**stated, "roma": (stated["roma"][0], 10_000)},
        "left out": {group: counts for group, counts in stated.items() if group != "roma"},
    }
    received = datetime(YEAR, 7, 1, 12, tzinfo=UTC)
    submissions = [
        Submission(name, "RXY", received, read_return(content(counts), "return.csv", Settings()), None)
        for name, counts in variants.items()
    ]
    results = validate_returns(Batch(submissions, year, template, {"RXY"}, {"RXY"}))
    return {
        result.receipt: [f"{finding.code} {finding.ethnic_group}" for finding in result.findings] for result in results
    }


def published(small: int) -> dict[str, Any]:
    """What R501 and both policies say of a nation of nine trusts in two years; one has few Roma entries."""
    from tests.indicators.made_returns import collection, computed, figures, organisation, plain_return
    from wres.disclosure import protect
    from wres.reference.year_tables import DisclosurePolicy
    from wres.release.additivity_check import adding_up_breaches
    from wres.release.release_edits import edit_breaches

    years = [collection(YEAR - 1), collection(YEAR)]
    codes = [f"R{letter * 2}" for letter in "ABCDEFGHJ"]
    cells, organisations = [], []
    for year in years:
        for number, code in enumerate(codes):
            roma = small if number == 0 else 20 + number
            stated = plain_return(
                white=(1000, 30 + number), bme=(500, 25 + 2 * number), roma=(300, roma), unknown=(100, 10 + number)
            )
            cells += figures(year, code, stated)
            region = ("Y56", "Y60")[number % 2]
            organisations.append(organisation(year["collection_year"], code, region_code=region))
    tables = computed(cells, organisations, years)
    assert (adding_up_breaches(tables), edit_breaches(tables)) == ([], [])
    rows = tables["national"].to_pylist()
    rows[0]["roma_entered"] += 1
    broken = {**tables, "national": tables["national"].from_pylist(rows, schema=tables["national"].schema)}
    shown = {}
    for policy in ("protected", "ratios"):
        rule = DisclosurePolicy(policy=policy, threshold=7, rounding=5)
        protected = protect(tables, {YEAR - 1: rule, YEAR: rule}).tables
        shown[policy] = {row["code"]: row for row in protected["organisation"].to_pylist()}[codes[0]]
    return {
        "additivity": adding_up_breaches(broken),
        **{
            policy: {name: None if row[name] is None else str(row[name]) for name in ("roma_entered", "white_entered")}
            for policy, row in shown.items()
        },
        "ratio": str(shown["ratios"]["relative_likelihood"]),
    }


def main(folder: str) -> None:
    use_files_of(Path(folder))
    stated = {"white": (40, 10), "bme": (20, 5), "roma": (10, 2), "unknown": (5, 1)}
    outcome = {"returns": checked_returns(stated), "published": published(3)}
    sys.stdout.write(json.dumps(outcome))


if __name__ == "__main__":
    main(sys.argv[1])
