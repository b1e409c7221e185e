"""What somebody has to look at: steps that failed, answers that are not sent, rounds and approvals that are overdue."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from wres.context import Pipeline
from wres.database.approvals import current_approval
from wres.database.collection_state import get_state
from wres.database.receipts import pending_report
from wres.database.releases import latest_build
from wres.monitoring.reminders import time_words
from wres.reference.year_config import CollectionYear
from wres.settings import Settings

_SHOWN_FOR = timedelta(days=7)
_MOST = 5  # failures on a page
_OVERDUE = timedelta(hours=1)
_BEFORE_RELEASE = timedelta(days=3)


def record_failure(settings: Settings, year: int | None, step: str, cause: str) -> None:
    """Add a failed step to WRES_HOME/logs/failures.jsonl; a home that cannot be written to is no second failure."""
    entry = {"at": datetime.now(UTC).isoformat(), "collection_year": year, "step": step, "cause": cause}
    with suppress(OSError):
        path = _read_failures(settings)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


def recent_failures(settings: Settings, year: int) -> list[dict[str, Any]]:
    """Return the last failed steps of a year, or of none in particular, within a week; the newest first."""
    since = (datetime.now(UTC) - _SHOWN_FOR).isoformat()
    entries: list[dict[str, Any]] = []
    with suppress(OSError):
        for line in _read_failures(settings).read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):  # a line that a killed process did not finish
                entries.append(json.loads(line))
    relevant = [entry for entry in entries if entry["at"] >= since and entry["collection_year"] in (None, year)]
    return [{**entry, "at": datetime.fromisoformat(entry["at"])} for entry in reversed(relevant[-_MOST:])]


def list_overdue(pipeline: Pipeline) -> list[str]:
    """Return a sentence for each thing of any collection that should have happened by now."""
    return [
        sentence
        for year in pipeline.configured_years()
        for sentence in overdue(pipeline.settings, pipeline.database, pipeline.for_year(year).calendar)
    ]


def overdue(settings: Settings, engine: Engine, calendar: CollectionYear) -> Iterator[str]:
    """Yield a sentence for each thing of one collection that should have happened by now."""
    year, now = calendar.year, settings.clock.now()
    if get_state(engine, calendar, now) in ("open", "late") and not _round_within(settings, year, _OVERDUE):
        yield f"No collecting round of {year} has finished for an hour. Look whether collect_returns is paused."
    unsent = [
        receipt
        for receipt in pending_report(engine, year)
        if receipt.validated_at and now - receipt.validated_at > _OVERDUE
    ]
    if unsent:
        yield (
            f"{len(unsent)} of the {year} answers could not be sent for an hour, the first to "
            f"{unsent[0].organisation_code}. The failed task answer says why."
        )
    build = latest_build(engine, year)
    soon = now <= calendar.release_time <= now + _BEFORE_RELEASE
    if soon and build is not None and current_approval(engine, build) is None:
        yield (
            f"The {year} release is due on {time_words(calendar.release_time)}, and its last build, {build.build}, is "
            "not approved. Approve it in publish_tables, or with wres approve."
        )


def _round_within(settings: Settings, year: int, span: timedelta) -> bool:
    """Return whether a round, which ends with writing the progress page, has ended lately by the machine's clock."""
    try:
        written = (settings.progress / str(year) / "index.html").stat().st_mtime
    except OSError:
        return False
    return time.time() - written < span.total_seconds()


def _read_failures(settings: Settings) -> Path:
    return settings.home / "logs" / "failures.jsonl"
