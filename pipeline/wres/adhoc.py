"""What people ask for beside the steps: a blank return, the words of a release to be, an old edition made again."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.collection.calendar import load_year
from pipeline.errors import WresError
from pipeline.machine import why_refused
from pipeline.steps import Summary, latest_build_of, open_house


def write_blank_return(year: int, organisation_code: str, output: Path | None = None) -> Path:
    """Write an organisation's blank workbook for a year, last year's accepted figures beside; returns its path.

    Raises:
        WresError: the organisation is not in the register, or the file cannot be written.
    """
    from pipeline.registry.organisations import register_in_force
    from pipeline.returns.specification import load_template
    from pipeline.returns.workbook import write_template
    from pipeline.validation.last_year import LastYear

    house = open_house(year)
    register = register_in_force(house.engine).set_index("code")
    if organisation_code not in register.index:
        raise WresError(f"{organisation_code} is not in the register. Look its code up: wres organisations list")
    path = output or Path(f"wres-{year}-{organisation_code}.xlsx")
    with TemporaryDirectory() as folder:
        written = Path(folder) / "return.xlsx"
        write_template(
            written,
            load_template(house.calendar.template_version),
            house.calendar,
            organisation_code,
            str(register.loc[organisation_code, "name"]),
            last_year=LastYear(house.engine, house.calendar).figures(organisation_code),
        )
        try:
            shutil.copyfile(written, path)
        except OSError as error:
            raise WresError(
                f"{path} cannot be written: {why_refused(error)}. Choose another place: --output."
            ) from None
    return path


def submit_return(year: int, organisation_code: str, file: Path, *, test: bool = False) -> Path:
    """Put a return on the folder channel on an organisation's behalf; returns where it waits.

    Raises:
        WresError: the year takes nothing now, the organisation is not in the register, or the file cannot be sent.
    """
    from pipeline.intake.submit import check_submission, put_in_inbox
    from pipeline.progress.letters import time_words
    from pipeline.registry.collections import hard_close_of, state_of
    from pipeline.registry.organisations import register_in_force

    load_year(year)
    check_submission(organisation_code, file)
    house = open_house(year)
    state = state_of(house.engine, house.calendar, house.settings.now())
    if state == "not_open":
        opens = time_words(house.calendar.opens)
        raise WresError(f"The {year} collection opens on {opens}, so nothing was sent. Send it then.")
    if state == "closed":
        closed = time_words(hard_close_of(house.engine, house.calendar))
        raise WresError(
            f"The {year} collection closed on {closed}, so nothing was sent. If it is still to be taken, open the "
            f"collection first: wres collection open {year}"
        )
    if organisation_code not in set(register_in_force(house.engine)["code"]):
        raise WresError(f"{organisation_code} is not in the register. Look its code up: wres organisations list")
    return put_in_inbox(house.settings, year, organisation_code, file, test=test)


def commentary(year: int, audience: str = "management") -> str:
    """The words of the release that the last build would become, with its figures; nothing is claimed or written.

    Raises:
        WresError: nothing is built, a placeholder of the text cannot be filled, or the tables may not be released.
    """
    from pipeline.publication.rehearsal import rehearsed_commentary

    house = open_house(year)
    return rehearsed_commentary(house.settings, house.engine, latest_build_of(house), audience)


def make_again(year: int, edition: str, audience: str, output: Path | None = None) -> Summary:
    """Make an old edition again from its Iceberg tags, into a folder; without one, hold the published one against it.

    `differs` has a sentence for each file that is not the same byte for byte.

    Raises:
        WresError: there is no such edition, or what it was made from is gone.
    """
    from pipeline.publication.rebuild import compare_rebuilt, rebuild_edition

    house = open_house(year)
    which: Summary = {"collection_year": year, "edition": edition, "audience": audience}
    if output is None:
        return {**which, "differs": compare_rebuilt(house.settings, house.engine, year, edition, audience)}
    made = rebuild_edition(house.settings, house.engine, year, edition, audience, output)
    return {**which, "folder": str(made), "differs": []}
