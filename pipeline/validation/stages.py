"""The stages on one page: structure, then values, then quality; what one finds decides what the next can use."""

from dataclasses import dataclass, field

from pipeline.validation import gates
from pipeline.validation.batch import Batch
from pipeline.validation.closing import closings, closings_frame
from pipeline.validation.engine import run_suite
from pipeline.validation.frames import Cells, outer_join, returns_frame, statements, statements_frame
from pipeline.validation.now_and_before import now_and_before
from pipeline.validation.quality import Measures, measure, measures_frame
from pipeline.validation.structure_findings import write_cells, write_returns, write_statements
from pipeline.validation.suites import load_suites
from pipeline.validation.value_findings import write_closing, write_figures, write_groups, write_measures
from pipeline.validation.values import figures_frame, groups_frame, usable_amounts
from pipeline.validation.wording import Writer


@dataclass(slots=True)
class Ran:
    """What came of a batch: the findings, the edits of the rule set, those that could not run on each return, why."""

    writer: Writer
    edits: list[str]
    not_run: list[dict[str, str]]
    cells: Cells
    twice: set[int] = field(default_factory=set)  # rows of figures given twice


def run_stages(batch: Batch) -> Ran:
    """Run every suite once over the frames of the whole batch.

    Raises:
        EditDidNotRun: an edit that should have run did not.
    """
    suites = load_suites()
    writer, returns = Writer(batch), len(batch.submissions)
    ran = Ran(
        writer, gates.return_edits(), [gates.before_values(batch, one) for one in batch.submissions], outer_join(batch)
    )

    sent = returns_frame(batch)
    write_returns(writer, run_suite(suites["returns"], sent, {}), list(sent["standing"]))
    said = statements(batch)
    write_statements(writer, run_suite(suites["statements"], statements_frame(said), {}), said)
    ran.twice = write_cells(writer, run_suite(suites["cells"], ran.cells.frame, {}), ran.cells)

    figures = figures_frame(ran.cells, batch.template)
    limits = {"beyond_any_employer": batch.year.thresholds["beyond_any_employer"]}
    spoilt = write_figures(writer, run_suite(suites["figures"], figures, limits), ran.cells)
    amounts = usable_amounts(figures, ran.twice | spoilt, returns, batch.template)
    groups = groups_frame(amounts)
    doubtful = write_groups(writer, run_suite(suites["groups"], groups, {}), groups, ran.cells)
    for reasons, untested in zip(ran.not_run, gates.of_values(figures, groups, returns), strict=True):
        reasons.update({code: why for code, why in untested.items() if code not in reasons})

    counted = now_and_before(batch, amounts, doubtful)
    measured = [_of_good_source(one, writer.codes(number)) for number, one in enumerate(measure(batch, counted))]
    write_measures(writer, run_suite(suites["measures"], measures_frame(measured), {}), measured)
    closing = closings(batch, counted)
    write_closing(writer, run_suite(suites["closing"], closings_frame(batch, closing), {}), closing)
    for number, (reasons, one) in enumerate(zip(ran.not_run, measured, strict=True)):
        later = gates.of_closing(batch.submissions[number], counted[number].now) | one.not_run
        reasons.update({code: why for code, why in later.items() if code not in reasons})
    return ran


def _of_good_source(one: Measures, found: set[str]) -> Measures:
    """The measures as they are, or none where the figures may be somebody else's."""
    reasons = gates.of_quality(found)
    return Measures(not_run=reasons) if reasons else one
