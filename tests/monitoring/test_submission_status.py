"""How organisations stand and how they are counted, from receipts as the registry has them."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Engine

from wres.database.organisations import current_organisations, current_register, replace_register
from wres.monitoring.status_counts import (
    EditHits,
    by_region,
    by_type,
    count_statuses,
    most_common_edits,
    status_count_rows,
    summary_line,
)
from wres.monitoring.submission_status import OrganisationStatus, status_rows, submission_statuses
from wres.reference.year_config import load_year

YEAR = load_year(2022)


def _by_code(engine: Engine) -> dict[str, OrganisationStatus]:
    return {submission_status.code: submission_status for submission_status in submission_statuses(engine, YEAR)}


def _collection(engine: Engine, send: Callable[..., str]) -> None:
    """One organisation of each kind."""
    send(engine, "R0A", "2022-06-02T10:00")
    send(engine, "R1H", "2022-06-03T10:00", "V203", "V203", "Q309")
    send(engine, "R1K", "2022-06-03T10:00", "V206")
    send(engine, "R1K", "2022-09-01T10:00", "Q301", "Q303", explained=("Q301",))
    send(engine, "R1L", "2022-06-04T10:00")
    send(engine, "R1L", "2022-06-05T10:00", "S101")
    send(engine, "RXY", "2022-06-06T10:00", validate=False)
    send(engine, "ZZZ", "2022-06-07T10:00", "S105")


def test_each_organisation_stands_as_its_returns_say(engine: Engine, send: Callable[..., str]) -> None:
    _collection(engine, send)
    statuses = _by_code(engine)
    assert {code: statuses[code].status for code in ("R0A", "R1H", "R1K", "R1L", "RXY", "R0B", "ZZZ")} == {
        "R0A": "accepted",
        "R1H": "rejected",
        "R1K": "accepted_with_queries",
        "R1L": "accepted",  # a rejected return does no harm to the one before it
        "RXY": "received",
        "R0B": "not_received",
        "ZZZ": "rejected",
    }
    assert [code for code, status in statuses.items() if status.late] == ["R1K"]
    assert [code for code, status in statuses.items() if not status.expected] == ["ZZZ"]
    assert statuses["ZZZ"].name == "not in the register"
    assert [sent.status for sent in statuses["R1K"].sent] == ["rejected", "accepted_with_queries"]
    assert statuses["R1K"].sent[-1].unexplained == ["Q303"]
    assert statuses["R1H"].sent[0].rejected_for == ["V203"]


def test_the_tally_counts_every_expected_organisation_once(engine: Engine, send: Callable[..., str]) -> None:
    _collection(engine, send)
    statuses = submission_statuses(engine, YEAR)
    england = count_statuses("England", statuses)
    counts = (england.expected, england.received, england.accepted, england.with_queries, england.rejected)
    assert counts == (209, 5, 3, 1, 1)
    assert (england.waiting, england.outstanding, england.late) == (1, 204, 1)
    for groups in (by_region(statuses), by_type(statuses)):
        for count in ("expected", "received", "accepted", "with_queries", "rejected", "waiting", "outstanding", "late"):
            assert sum(getattr(group, count) for group in groups) == getattr(england, count)
        assert all(
            group.expected == group.accepted + group.rejected + group.waiting + group.outstanding for group in groups
        )
    assert len(by_region(statuses)) == 7
    assert [row.name for row in by_type(statuses)] == ["Acute", "Ambulance", "Community", "Mental health", "Specialist"]
    assert summary_line(statuses) == (
        "Of 209 expected: 5 received, 3 accepted (1 with queries), 1 rejected, 1 waiting, 204 outstanding, 1 late"
    )
    assert [row["region"] for row in status_count_rows(statuses, "region")][-1] == "England"
    assert len(status_count_rows(statuses, "type")) == 6


def test_the_edits_that_hit_most_organisations_come_first(engine: Engine, send: Callable[..., str]) -> None:
    _collection(engine, send)
    send(engine, "R0B", "2022-06-08T10:00", "V203")
    send(engine, "R0B", "2022-06-09T10:00", "V203")
    hit = most_common_edits(submission_statuses(engine, YEAR))
    assert hit[0] == EditHits("V203", "reject", organisations=2, returns=3, findings=4)
    assert [count.code for count in hit[1:]] == ["Q301", "Q303", "Q309", "S101", "S105", "V206"]


def test_another_year_is_left_out(engine: Engine, send: Callable[..., str]) -> None:
    send(engine, "R0A", "2021-06-02T10:00", "V203")
    statuses = _by_code(engine)
    assert statuses["R0A"].sent == ()
    assert most_common_edits(statuses.values()) == []


def test_the_rows_of_the_status(engine: Engine, send: Callable[..., str]) -> None:
    _collection(engine, send)
    rows = {row["organisation_code"]: row for row in status_rows(submission_statuses(engine, YEAR))}
    assert rows["R1K"] == {
        "organisation_code": "R1K",
        "name": "London North West University Healthcare NHS Trust",
        "status": "accepted_with_queries",
        "returns_sent": 2,
        "receipt": "2022-R1K-002",
        "received_at": datetime(2022, 9, 1, 9, tzinfo=UTC),
        "late": True,
    }
    assert (rows["R0B"]["receipt"], rows["R0B"]["received_at"], rows["R0B"]["late"]) == (None, None, False)


def test_the_register_reads_alike_with_and_without_pandas(engine: Engine) -> None:
    shipped = current_register(engine)
    assert current_organisations(engine) == shipped.to_dict("records")
    replace_register(engine, shipped[shipped["code"] < "RC"])
    assert current_organisations(engine) == current_register(engine).to_dict("records")
    assert {submission_status.code for submission_status in submission_statuses(engine, YEAR)} < set(
        shipped[shipped["code"] < "RC"]["code"]
    )


def test_a_status_needs_no_pandas() -> None:
    """It is what makes the difference between one second and three."""
    program = (
        "import sys; sys.argv = ['wres', 'status', '2022']\n"
        "from wres.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'great_expectations', 'pyarrow', 'pyiceberg', 'duckdb', 'airflow', 'jinja2'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    for _ in ("the first time the registry is made", "then it is only read"):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, "209 expected" in done.stderr) == (0, True), done.stderr
