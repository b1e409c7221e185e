"""A national collection goes through production by schedule and asset, and a worker is lost in the middle of it."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.production.cluster import PARTS, Cluster
from wres import steps
from wres.database.models import ReturnFinding
from wres.database.organisations import current_register, current_successions
from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.database.releases import get_snapshots, latest_build
from wres.indicators.from_warehouse import indicator_tables
from wres.returns.parsed_return import NOT_KEPT
from wres.returns.template_spec import load_template
from wres.settings import Settings, load_settings
from wres.simulation.deliveries import simulate_year
from wres.simulation.delivery import Delivery
from wres.simulation.home_returns import deliver

pytestmark = pytest.mark.slow

YEAR = 2022
ORGANISATIONS = 220
WORKERS = ("worker-1", "worker-2")


def test_nothing_is_lost_or_counted_twice_when_a_worker_is_lost(
    production: Cluster, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("api-server", "dag-processor", "triggerer"):
        production.start(part)
    deliveries = national_collection(settings)
    send(production, deliveries)
    production.wait(lambda: production.well("api-server"), 180, "the API server's start")
    for part in ("scheduler", *WORKERS):
        production.start(part.partition("-")[0], part)

    # Nobody starts a run: the timetable sees that a collection is open.
    production.wait(lambda: production.count("receipts") > 20, 120, "a scheduled round")
    lost, working = production.at_work()
    production.lose(lost)
    assert 20 < production.count("receipts") < len(deliveries)

    monkeypatch.setenv("WRES_AS_OF", production.clock)
    steps.collect(steps.open_context(YEAR))  # the same returns without any of this, while the others find out
    steps.build(steps.open_context(YEAR))
    expected = outcome(settings)
    assert not production.well("worker", lost)
    production.wait(lambda: set(production.runs("build_warehouse").values()) == {"success"}, 180, "the build")
    production.wait(lambda: set(production.runs("collect_returns").values()) == {"success"}, 60, "the answers")

    for name, value in production.environment("worker", working).items():
        if name.startswith(("WRES_", "AWS_")):
            monkeypatch.setenv(name, value)
    collected = outcome(load_settings())
    assert {name: collected[name] == expected[name] for name in collected} == dict.fromkeys(expected, True)
    assert {run.partition("__")[0] for run in production.runs("collect_returns")} == {"scheduled"}
    assert {run.partition("__")[0] for run in production.runs("build_warehouse")} == {"asset_triggered"}
    assert production.tries("receive") > 1
    check_that_nothing_waits(production, len(deliveries))
    assert [
        part for part in (*PARTS, "worker") if not production.well(part, working if part == "worker" else part)
    ] == []


def national_collection(settings: Settings) -> list[Delivery]:
    """What the organisations send, right and wrong; left in the inbox of the home that it is compared with."""
    context = steps.open_context(YEAR)
    deliveries = simulate_year(
        context.calendar,
        load_template(context.calendar.template_version),
        current_register(context.database),
        current_successions(context.database),
        seed=7,
        returns=ORGANISATIONS,
    )
    deliver(deliveries, settings.inbox)
    return deliveries


def send(production: Cluster, deliveries: list[Delivery]) -> None:
    """Leave the same on the S3 channel."""
    bucket = production.bucket()
    for sent in deliveries:
        key = f"wres-returns/inbox/{YEAR}/{sent.organisation_code}/{sent.file_name}"
        with bucket.open_output_stream(key, compression=None) as target:
            target.write(sent.content)


def outcome(settings: Settings) -> dict[str, Any]:
    """Everything that must be the same: the receipts, what was found, the warehouse's content, the nation's figures."""
    engine = open_registry(settings)
    build = latest_build(engine, YEAR)
    assert build is not None
    with Session(engine) as session:
        rows = session.execute(select(ReturnFinding.receipt, ReturnFinding.finding))
        findings = Counter((receipt, finding.code, finding.item, finding.ethnic_group) for receipt, finding in rows)
    return {
        "receipts": {
            receipt.receipt: (receipt.sha256, receipt.status, receipt.late, receipt.edits_run)
            for receipt in get_receipts(engine, YEAR)
        },
        "findings": findings,
        "build": build.build,  # named after a digest of every row
        "national": indicator_tables(settings, get_snapshots(build), YEAR)["national"].to_pylist(),
    }


def check_that_nothing_waits(production: Cluster, number: int) -> None:
    """The inbox is empty, each return has its answer, and each content that may be kept has been kept once."""
    from pyarrow.fs import FileSelector

    bucket = production.bucket()

    def names(folder: str) -> list[str]:
        objects = bucket.get_file_info(FileSelector(folder, recursive=True, allow_not_found=True))
        return [finding.base_name for finding in objects if finding.is_file]

    assert names("wres-returns/inbox") == []
    assert names("wres-returns/outbox").count("report.json") == number
    received = contents_of(production, "TRUE")
    refused = contents_of(production, f"code IN {NOT_KEPT}")
    landed = [name for name in names("wres-landing") if name in received]  # beside them: the audit log, rows of builds
    assert sorted(landed) == sorted(received - refused)
    assert 0 < len(refused) < len(received)


def contents_of(production: Cluster, condition: str) -> set[str]:
    """Return the hashes of the files received, with their findings joined, that meet an SQL condition."""
    query = f"SELECT DISTINCT sha256 FROM receipts LEFT JOIN findings USING (receipt) WHERE {condition}"
    return {sha256 for [sha256] in production.query("wres", query)}  # type: ignore[misc]
