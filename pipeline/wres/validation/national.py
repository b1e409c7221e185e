"""The national edits: a year as a whole, judged on every build; the national team looks into what they find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.collection.calendar import CollectionYear
from pipeline.registry.explanations import Query
from pipeline.validation.catalogue import load_catalogue
from pipeline.validation.engine import run_suite
from pipeline.validation.national_frames import Looked, Nation, looked_at, national_frame
from pipeline.validation.suites import load_suites

if TYPE_CHECKING:
    import pyarrow as pa

FIGURES = ("organisation_code", "receipt", "item", "ethnic_group", "value")  # columns of the warehouse's table


@dataclass(frozen=True, slots=True)
class NationalFinding:
    """One thing to look into. `place` is the code of an organisation, region or type; None for the nation."""

    code: str
    place: str | None
    message: str
    how_to_fix: str


@dataclass(frozen=True, slots=True)
class NationalReview:
    """What the national edits found, in the order of their codes; which ran, and why the others did not."""

    findings: list[NationalFinding]
    edits_run: list[str]
    edits_not_run: dict[str, str]


def judge_nation(
    calendar: CollectionYear, tables: "Mapping[str, pa.Table]", figures: "pa.Table", queries: Sequence[Query]
) -> NationalReview:
    """Run all national edits over a year's build, in one batch.

    Args:
        calendar: the year.
        tables: the indicator tables of `pipeline.indicators.tables.PUBLISHED` for all years up to this one; of them
            `national`, `coverage` and `comparison` are looked at.
        figures: the year's warehouse figures, of which the columns of `FIGURES` are looked at.
        queries: the queries of the year as `queries_of` gives them; those of returns that do not count are let be.

    Returns: every national edit is either among those that ran or has the reason why it did not, never both.

    Raises:
        EditDidNotRun: an edit that should have run did not: a fault of the pipeline.
    """
    looked = looked_at(Nation(calendar, tables, figures, queries))
    not_run = {code: rows for code, rows in looked.items() if isinstance(rows, str)}
    rows = list(chain.from_iterable(one for one in looked.values() if not isinstance(one, str)))
    findings = []
    for failure in run_suite(load_suites()["nation"], national_frame(rows), {}):
        failed = [rows[number] for number in failure.rows]
        findings += [_finding(one, calendar) for one in (_alike(failed) if failure.meta["edit"] == "M404" else failed)]
    return NationalReview(
        findings=sorted(findings, key=lambda one: one.code),
        edits_run=[code for code in looked if code not in not_run],
        edits_not_run=not_run,
    )


def _alike(failed: Sequence[Looked]) -> list[Looked]:
    """One for each set of organisations with the same figures."""
    alike: dict[object, list[str]] = {}
    for one in failed:
        alike.setdefault(one.columns["figures"], []).append(one.place or "")
    return [
        Looked("M404", codes[0], {}, {"first": ", ".join(codes[:-1]), "second": codes[-1]}) for codes in alike.values()
    ]


def _finding(one: Looked, calendar: CollectionYear) -> NationalFinding:
    edit, facts = load_catalogue()[one.edit], {"year": calendar.year, **one.facts}
    return NationalFinding(one.edit, one.place, edit.say(one.case, **facts), edit.how_to_fix.format_map(facts))
