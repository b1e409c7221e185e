"""An approval stands for one build, at the turn at which it was approved."""

from datetime import UTC, datetime

from wres.database.approvals import add_approval, current_approval, get_build_findings, save_checks
from wres.database.models import Approval, Build
from wres.database.registry import open_registry
from wres.database.releases import latest_build, save_build
from wres.returns.findings import NationalFinding
from wres.settings import Settings

NOW = datetime(2022, 10, 3, 9, tzinfo=UTC)


def build(name: str) -> Build:
    snapshots = {"figures_snapshot": 1, "organisations_snapshot": 2, "findings_snapshot": 3}
    return Build(build=name, collection_year=2022, built_at=NOW, **snapshots)


def approval(of: Build, by: str = "Approver") -> Approval:
    return Approval(
        collection_year=2022,
        build=of.build,
        sequence=of.sequence,
        approved_by=by,
        role="director",
        approved_at=NOW,
        clock_source="machine",
        via="wres",
        checklist=[],
        accepted=["M401"],
    )


def test_an_approval_stands_until_the_build_changes_and_stays_void_when_the_content_comes_back(
    anywhere: Settings,
) -> None:
    engine = open_registry(anywhere)
    first = save_build(engine, build("2022-a"))
    assert current_approval(engine, first) is None
    add_approval(engine, approval(first))
    assert current_approval(engine, save_build(engine, build("2022-a"))) is not None  # built again, unchanged
    assert current_approval(engine, save_build(engine, build("2022-b"))) is None
    back = save_build(engine, build("2022-a"))
    assert latest_build(engine, 2022).build == "2022-a"
    assert current_approval(engine, back) is None


def test_the_last_approval_is_the_one_that_stands(anywhere: Settings) -> None:
    engine = open_registry(anywhere)
    built = save_build(engine, build("2022-a"))
    for person in ("First", "Second"):
        add_approval(engine, approval(built, person))
    standing = current_approval(engine, built)
    assert standing is not None
    assert standing.approved_by == "Second"


def test_the_checks_of_a_build_are_those_of_the_last_time(anywhere: Settings) -> None:
    engine = open_registry(anywhere)
    save_build(engine, build("2022-a"))
    for code in ("M401", "M405"):
        finding = NationalFinding(code, None, "Seen.", "Look.")
        save_checks(engine, "2022-a", [finding], [code], {"M402": "There is no last year."})
    assert [build_finding.code for build_finding in get_build_findings(engine, "2022-a")] == ["M405"]
    kept = latest_build(engine, 2022)
    assert kept is not None
    assert (kept.edits_run, kept.edits_not_run) == (["M405"], {"M402": "There is no last year."})
