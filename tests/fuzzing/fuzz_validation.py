"""Fuzz reading, validation and reports together: eight crooked CSV returns at a time, as a round takes them."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzzing import invariants, seeds
from tests.fuzzing.texts import HOSTILE, Texts
from wres.feedback.receipt_facts import ReceiptFacts
from wres.feedback.report import with_report, write_reports
from wres.validation.batch import Batch, Submission
from wres.validation.validate import validate_returns

WORDS = [text.encode() for text in HOSTILE]
_TOGETHER = 8
_ROWS = list(csv.reader(io.StringIO(seeds.make_csv_return().decode())))
_VALUES = [
    "", "0", "1", "-1", "19", "21", "0.5", "16.25", "1e3", "1e999", "999999999999", "9" * 150, "0."+"3" * 150, "-0",
    "NaN", "Infinity", "1,234", "\uff11\uff12", "\u0663", "2022", "RXY", "rj1", "white", "asian", "workforce.total",
    "disciplinary.entered", "calculated.relative_likelihood", "calculated.likelihood", "signoff.date",
    "explanation.Q305", "31/02/2022",
]  # fmt: skip


def make_seeds() -> dict[str, bytes]:
    """Make some bytes to draw from."""
    return {str(number): bytes(range(number, number + 200)) for number in range(0, 50, 10)}


def check_input(data: bytes) -> None:
    """Validate eight returns in one batch and write the report of each."""
    draw = Texts(data)
    reads = [invariants.read_checked(_make_crooked_return(draw), "return.csv") for _ in range(_TOGETHER)]
    received = datetime(2022, 7, 1, 12, tzinfo=UTC)
    submissions = [Submission(str(n), "RXY", received, read, seeds.FIGURES) for n, read in enumerate(reads)]
    results = validate_returns(
        Batch(submissions, seeds.YEAR, seeds.TEMPLATE, ["RXY"], ["RXY", "RJ1"], hard_close=received)
    )
    with TemporaryDirectory() as folder:
        for submission, result in zip(submissions, results, strict=True):
            facts = ReceiptFacts(seeds.make_receipt(submission.receipt, received, "return.csv"), "Kent")
            target = Path(folder) / submission.receipt
            reported = with_report(result, facts, submission.read, seeds.YEAR, seeds.TEMPLATE)
            write_reports(target, reported.report)
            invariants.check_reports((path.name, path.read_bytes()) for path in target.iterdir())


def _make_crooked_return(draw: Texts) -> bytes:
    """Make a sound return with some cells changed, and rows repeated or left out."""
    rows = [list(row) for row in _ROWS]
    for _ in range(draw.number(6)):
        row = draw.number(len(rows) - 1)
        match draw.number(5):
            case 0:
                del rows[row]
            case 1:
                rows.insert(row, list(rows[draw.number(len(rows) - 1)]))
            case 2:
                rows[row][draw.number(len(rows[row]) - 1)] = draw.text()
            case _:
                rows[row][draw.number(len(rows[row]) - 1)] = _VALUES[draw.number(len(_VALUES) - 1)]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
