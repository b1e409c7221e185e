"""How good an organisation's return was, beside the middle one of all: what the checks asked, how it came."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import Engine

from wres.database.models import Receipt
from wres.database.receipts import ACCEPTED, get_receipts
from wres.database.validation_results import get_findings
from wres.outputs.formatting import PublishedRow
from wres.outputs.group_columns import headcount_columns
from wres.reference.year_config import CollectionYear
from wres.returns.template_spec import newest_template

_FEWEST = 10  # organisations: the middle of fewer would say much of single ones


@dataclass(frozen=True, slots=True)
class QualityRow:
    """One measure, an organisation's own figure and the median of all; None where there are too few to say."""

    measure: str
    own: float
    median: float | None


def standing_receipts(engine: Engine, year: int) -> dict[str, Receipt]:
    """Return the receipt of each organisation's return that counts, by its code."""
    return {
        receipt.organisation_code: receipt
        for receipt in get_receipts(engine, year)
        if receipt.status in ACCEPTED and not receipt.test
    }


def quality_by_organisation(
    engine: Engine, calendar: CollectionYear, organisations: Sequence[PublishedRow]
) -> dict[str, list[QualityRow]]:
    """Return the quality of every return that counts, by organisation.

    Args:
        engine: the registry.
        calendar: the collection year.
        organisations: the official rows of `organisation` of the year, for the share of unknown ethnicity.
    """
    receipts = standing_receipts(engine, calendar.year)
    sent: Counter[str] = Counter(
        receipt.organisation_code for receipt in get_receipts(engine, calendar.year) if not receipt.test
    )
    findings = get_findings(engine, calendar.year)
    measures: dict[str, Callable[[Receipt], float]] = {
        "Queries about the return that counts": lambda receipt: sum(
            finding.severity == "query" for finding in findings.get(receipt.receipt, ())
        ),
        "Figures read after an automatic repair": lambda receipt: len(receipt.repairs or ()),
        "Returns sent until the one that counts": lambda receipt: sent[receipt.organisation_code],
        "Days before the deadline (after it: below 0)": lambda receipt: (calendar.deadline - receipt.received_at).days,
    }
    values = {name: {code: float(value(row)) for code, row in receipts.items()} for name, value in measures.items()}
    values["Staff of unknown ethnicity (%)"] = _unknown_shares(organisations)
    return _beside_medians(values)


def _unknown_shares(organisations: Sequence[PublishedRow]) -> dict[str, float]:
    """Return the share of staff of unknown ethnicity, as per cent, where headcounts are shown."""
    unknown = f"{newest_template().unknown_group}_headcount"
    counts = {row["code"]: {name: row[name] for name in headcount_columns()} for row in organisations}
    shown = {code: staff for code, staff in counts.items() if None not in staff.values() and sum(staff.values())}
    return {code: 100 * float(staff[unknown]) / float(sum(staff.values())) for code, staff in shown.items()}


def _beside_medians(values: Mapping[str, Mapping[str, float]]) -> dict[str, list[QualityRow]]:
    rows: dict[str, list[QualityRow]] = defaultdict(list)
    for measure, by_code in values.items():
        middle = round(median(by_code.values()), 1) if len(by_code) >= _FEWEST else None
        for code, value in by_code.items():
            rows[code].append(QualityRow(measure, round(value, 1), middle))
    return dict(rows)
