"""The last build on the page: what its national checks found, what did not run, and by what role it is approved."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from wres.database.approvals import add_approval, save_checks
from wres.database.models import Approval, Build
from wres.database.releases import save_build
from wres.monitoring.progress_page import write_progress
from wres.reference.year_config import load_year
from wres.returns.findings import NationalFinding
from wres.settings import Settings

NOW = datetime(2022, 10, 3, 9, tzinfo=UTC)
TITLES = {"M401": "Too few returns", "M402": "National figure moved sharply"}


@pytest.fixture
def section(settings: Settings, sqlite: Engine) -> Callable[..., str]:
    """What a person reads in a section, that of the national checks, on one line."""

    def read(mark: str = "build") -> str:
        text = write_progress(settings, sqlite, load_year(2022), TITLES).read_text()
        [section] = re.findall(rf'<h. id="{mark}">(.*?)<h', text, re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", section)).strip()

    return read


def build(engine: Engine, name: str = "2022-a") -> Build:
    snapshots = {"figures_snapshot": 1, "organisations_snapshot": 2, "findings_snapshot": 3}
    return save_build(engine, Build(build=name, collection_year=2022, built_at=NOW, **snapshots))


def approve(engine: Engine, of: Build) -> None:
    facts = {"approved_by": "A Person", "role": "head of profession", "approved_at": NOW, "clock_source": "machine"}
    kept = {"via": "wres", "checklist": [], "accepted": []}
    add_approval(engine, Approval(collection_year=2022, build=of.build, sequence=of.sequence, **facts, **kept))


def test_before_the_first_build(section: Callable[..., str]) -> None:
    assert section() == (
        "National checks of the last build The collection is not built yet, so there is no year as a whole to check."
    )


def test_a_build_on_which_nothing_was_run_is_not_passed(sqlite: Engine, section: Callable[..., str]) -> None:
    build(sqlite)
    assert section().endswith(
        "not approved for release. The national checks have not been run on this build: build again."
    )


def test_findings_and_edits_that_did_not_run_are_reported(sqlite: Engine, section: Callable[..., str]) -> None:
    finding = NationalFinding("M401", None, "1 of <2>.", "Chase.")
    build(sqlite)
    save_checks(sqlite, "2022-a", [finding], ["M401", "M404"], {"M402": "There is no last year."})
    assert section().endswith(
        "Build 2022-a, first made on 3 October 2022 at 10:00. It is not approved for release. "
        "What the national checks found, for the national team to look into Edit What it found What to do "
        "M401 Too few returns 1 of &lt;2&gt;. Chase. Ran: M401, M404. "
        "Did not run, which is not the same as passed: M402 National figure moved sharply: There is no last year."
    )


def test_a_clean_build_says_so(sqlite: Engine, section: Callable[..., str]) -> None:
    build(sqlite)
    save_checks(sqlite, "2022-a", [], ["M401"], {})
    assert section().endswith("The national checks that ran found nothing. Ran: M401.")


def test_an_approval_is_shown_by_its_role_and_only_while_it_stands(sqlite: Engine, section: Callable[..., str]) -> None:
    first = build(sqlite)
    approve(sqlite, first)
    shown = section()
    assert "It is approved for release, by the role head of profession, on 3 October 2022 at 10:00." in shown
    assert "A Person" not in shown
    build(sqlite, "2022-b")
    assert "Build 2022-b" in section()
    assert "It is not approved for release." in section()


def test_corrections_are_shown_without_figures(settings: Settings, section: Callable[..., str]) -> None:
    assert section("corrections") == "Corrections by the national team Nothing is corrected."
    settings.corrections.mkdir(parents=True)
    line = "RXY,disciplinary.entered,bme,1234,4321,A <typing> error,collection manager,2022-10-05"
    file = settings.corrections / "2022.csv"
    file.write_text(f"organisation,item,group,from,to,reason,who,when\n{line}\n")
    assert section("corrections") == (
        "Corrections by the national team What is corrected in returns that count, from the next build on Organisation "
        "Figure Why By whom When RXY disciplinary.entered, bme A &lt;typing&gt; error collection manager 2022-10-05 "
        "Both figures, sent and corrected: wres trace 2022 and the organisation's code."
    )
    file.write_text("nothing\n")
    assert section("corrections").endswith(
        "The corrections cannot be read, so no build can be made: corrections/2022.csv, line 1: the header is not "
        "organisation,item,group,from,to,reason,who,when; begin the file with it."
    )
