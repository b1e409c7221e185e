"""A home with a whole story in it, made once for all tests of a file, and put back as it was after each."""

import csv
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from wres import steps
from wres.database.collection_state import set_state
from wres.database.organisations import (
    current_register,
    current_successions,
    replace_contacts,
    replace_register,
    replace_successions,
)
from wres.database.registry import open_registry
from wres.reference.year_config import load_year
from wres.release.verification import make_keys
from wres.returns.template_spec import load_template
from wres.settings import Settings, load_settings

STAFF_LIST = "Surname,Forename,NI number,Ethnicity\nA,B,QQ123456C,White\nC,D,QQ123457C,Black\nE,F,QQ123458C,Asian\n"


def send(settings: Settings, year: int, org: str, bme: str, name: str = "return.csv") -> None:
    template = load_template(load_year(year).template_version)
    cells = {cell: Decimal(0) for cell in template.cells() if cell[0] != "workforce.total"}
    for group, staff, entered in (("white", "1000", "10"), ("bme", "400", bme), ("unknown", "20", "0")):
        cells["workforce.clinical.band_5", group] = Decimal(staff)
        cells["disciplinary.entered", group] = Decimal(entered)
        if template.window == "two_year_average":
            cells["disciplinary.entered_previous_year", group] = Decimal(entered)
    rows = [["collection_year", "organisation_code", "item", "ethnic_group", "value"]]
    rows += [[str(year), org, item, group, str(value)] for (item, group), value in cells.items()]
    rows += [[str(year), org, "signoff.role", "", "Director of Workforce"], [str(year), org, "signoff.name", "", "N"]]
    rows += [[str(year), org, "signoff.date", "", f"{year}-05-31"], [str(year), org, "explanation.Q301", "", "A, b"]]
    folder = settings.inbox / str(year) / org
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(rows)


def _live(settings: Settings, set_clock: Callable[[str], None]) -> None:
    """Two collections: a return rejected, one replaced, a staff list, a correction, an approved edition, a revision."""
    engine = open_registry(settings)
    replace_register(engine, current_register(engine))
    replace_successions(engine, current_successions(engine))
    replace_contacts(engine, [{"organisation_code": "RXY", "role": "Lead", "address": "lead@example.nhs.uk"}])
    set_clock("2021-06-10T12:00")
    send(settings, 2021, "RXY", "9")
    steps.collect(steps.open_context(2021))
    steps.build(steps.open_context(2021))
    set_clock("2022-06-10T12:00")
    send(settings, 2022, "RXY", "19")
    send(settings, 2022, "RJ1", "-1")
    staff = settings.inbox / "2022" / "R0A"
    staff.mkdir(parents=True)
    (staff / "staff.csv").write_text(STAFF_LIST)
    steps.collect(steps.open_context(2022))
    send(settings, 2022, "RXY", "12")
    send(settings, 2022, "RJ1", "20")
    steps.collect(steps.open_context(2022))
    set_state(engine, 2022, "closed", settings.clock.now())
    settings.corrections.mkdir()
    settings.commentary.mkdir()
    header = "organisation,item,group,from,to,reason,who,when"
    line = 'RJ1,disciplinary.entered,bme,20,{},"typing error, confirmed",collection manager,2022-10-05'
    set_clock("2023-02-24T12:00")
    (settings.corrections / "2022.csv").write_text("\n".join([header, line.format(15), ""]))
    (settings.commentary / "2022.md").write_text("The ratio was {national.relative_likelihood}.")
    steps.build(steps.open_context(2022))
    steps.approve(
        steps.open_context(2022),
        "A Person",
        "head of profession",
        [row["code"] for row in steps.checklist(steps.open_context(2022)) if row["severity"] == "warning"],
    )
    steps.publish(steps.open_context(2022))
    (settings.corrections / "2022.csv").write_text("\n".join([header, line.format(16), ""]))
    (settings.commentary / "2022.md").unlink()
    steps.build(steps.open_context(2022))
    steps.publish(steps.open_context(2022), note="A figure was corrected.")


def writable(folder: Path) -> None:
    """What is published is read-only; a temporary folder must be removable."""
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]:
        path.chmod(0o755)


@pytest.fixture(scope="session")
def _lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("story") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WRES_HOME", str(home))
        patch.setenv("WRES_SETTLE_SECONDS", "0")
        private, _ = make_keys(home.with_name("keys"))
        patch.setenv("WRES_SIGNING_KEY", private.read_text())  # for this long: who rebuilds or restores has no key
        _live(load_settings(), lambda time: patch.setenv("WRES_AS_OF", time))
    writable(home)
    shutil.copytree(home, home.with_name("kept"))
    yield home
    writable(home.parent)


@pytest.fixture
def story(_lived: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The settings of the home; all that a test does to it is undone."""
    monkeypatch.setenv("WRES_HOME", str(_lived))
    yield load_settings()
    if _lived.exists():
        writable(_lived)
        shutil.rmtree(_lived)
    shutil.copytree(_lived.with_name("kept"), _lived)
