"""The stages of a small collection, from its first file to its revised edition."""

import csv
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.survival.worlds import YEAR, World
from wres import steps
from wres.database.registry import open_registry
from wres.recovery.forget import forget
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template
from wres.settings import load_settings

OPEN, REVIEW, RELEASE = "2022-06-10T12:00", "2022-10-20T12:00", "2023-02-23T10:00"
_PEOPLE = b"First Name,Surname,Band\n" + b"Jane,Doe,5\n" * 3


@dataclass(frozen=True, slots=True)
class Stage:
    """One step that may be killed: `prepare` is what others do before it, at the time `at`."""

    name: str
    at: str
    prepare: Callable[[World], None]
    run: Callable[[], object]


def stages() -> list[Stage]:
    """List the stages: collect, build, publish, approve, revise, forget. Each begins where the one before ended."""
    return [
        Stage("begin", OPEN, _nothing, lambda: open_registry(load_settings()) and None),
        Stage("collect", OPEN, _first_files, lambda: steps.collect(steps.open_context(YEAR))),
        Stage("collect again", OPEN, _second_files, lambda: steps.collect(steps.open_context(YEAR))),
        Stage("build", REVIEW, _nothing, lambda: steps.build(steps.open_context(YEAR))),
        Stage("publish", REVIEW, _nothing, lambda: steps.publish(steps.open_context(YEAR))),
        Stage("approve", REVIEW, _nothing, _approve),
        Stage("publish officially", REVIEW, _nothing, lambda: steps.publish(steps.open_context(YEAR))),
        Stage("release", RELEASE, _nothing, lambda: steps.publish(steps.open_context(YEAR))),
        Stage("give local reports", RELEASE, _nothing, lambda: steps.send_local_reports(steps.open_context(YEAR))),
        Stage("correct and build", RELEASE, _correct, lambda: steps.build(steps.open_context(YEAR))),
        Stage("approve again", RELEASE, _nothing, _approve),
        Stage("revise", RELEASE, _nothing, _revise),
        Stage("forget", RELEASE, _nothing, _forget),
    ]


def _nothing(_world: World) -> None:
    """Nobody does anything."""


def _first_files(world: World) -> None:
    leave(world, "RXY", "return.csv", return_of("RXY", (1000, 100, 10), ("10", "2", "0")))
    leave(world, "RJ1", "return.csv", return_of("RJ1", (500, 900, 20), ("30", "-2", "1")))
    leave(world, "RR8", "return.csv", return_of("RR8", (5000, 900, 20), ("30", "20", "1")))
    leave(world, "RR8", "test/try.csv", return_of("RR8", (5000, 900, 20), ("30", "20", "1")))
    leave(world, "RQM", "staff.csv", _PEOPLE)


def _second_files(world: World) -> None:
    """A return put right, and one that replaces an accepted one."""
    leave(world, "RJ1", "again.csv", return_of("RJ1", (500, 900, 20), ("30", "20", "1")))
    leave(world, "RXY", "again.csv", return_of("RXY", (1000, 100, 10), ("10", "3", "0")))


def _approve() -> None:
    """Look at the checklist, and approve the build with its warnings."""
    warnings = [item["code"] for item in steps.checklist(steps.open_context(YEAR)) if item["severity"] == "warning"]
    steps.approve(steps.open_context(YEAR), "A person", "Head of profession", warnings)


def _revise() -> None:
    """Publish both releases of the revised build, side by side."""
    steps.publish(steps.open_context(YEAR), note="A trust has corrected its figures.", processes=2)


def _forget() -> None:
    """Erase the first return of an organisation, which a later one replaced."""
    context = steps.open_context(YEAR)
    forget(context.settings, context.database, f"{YEAR}-RXY-001", "It held notes about a case.")


def _correct(world: World) -> None:
    folder = world.home / "corrections"
    folder.mkdir()
    header = "organisation,item,group,from,to,reason,who,when"
    line = 'RXY,disciplinary.entered,bme,3,4,"typing error, confirmed by telephone",collection manager,2022-10-05'
    (folder / f"{YEAR}.csv").write_text(f"{header}\n{line}\n")


def return_of(org: str, staff: tuple[int, int, int], entered: tuple[str, str, str], year: int = YEAR) -> bytes:
    """A full return as CSV: all staff in clinical band 5, all other bands nought."""
    template = load_template(load_year(year).template_version)
    cells = {cell: Decimal(0) for cell in template.cells() if cell[0] != "workforce.total"}
    stated = {"workforce.clinical.band_5": staff, "disciplinary.entered": entered}
    if template.window == "two_year_average":
        stated["disciplinary.entered_previous_year"] = entered
    for item, values in stated.items():
        for group, value in zip(("white", "bme", "unknown"), values, strict=True):
            cells[item, group] = Decimal(value)  # type: ignore[arg-type]
    rows = [["collection_year", "organisation_code", "item", "ethnic_group", "value"]]
    rows += [[str(year), org, item, group, str(value)] for (item, group), value in cells.items()]
    signed = (("name", "Director"), ("role", "Director of Workforce"), ("date", f"{year}-06-05"))
    rows += [[str(year), org, f"signoff.{key}", "", text] for key, text in signed]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def leave(world: World, org: str, name: str, content: bytes, year: int = YEAR) -> None:
    """Leave a file where a sender leaves it: in the bucket, where there is one, else in the folder."""
    if world.s3:
        world.put_object(f"wres/channel/inbox/{year}/{org}/{name}", content)
        return
    path = world.home / "inbox" / str(year) / org / name
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(content)
    os.replace(unfinished, Path(path))  # noqa: PTH105 - as a sender's program would
