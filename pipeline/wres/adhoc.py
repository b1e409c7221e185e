"""Do what people ask for beside the steps: a blank return, the text of a release to be, an old edition made again."""

from pathlib import Path
from tempfile import TemporaryDirectory

from wres.context import Context
from wres.errors import WresError, why_refused
from wres.summaries import Summary


def write_prefilled_template(context: Context, organisation_code: str, output: Path | None = None) -> Path:
    """Write an organisation's blank workbook for a year, with last year's accepted figures; returns its path.

    Raises:
        WresError: the organisation is not in the register, or the file cannot be written.
    """
    from wres.database.organisations import current_register
    from wres.returns.template.template_writer import write_template
    from wres.returns.template_spec import load_template
    from wres.storage.atomic import write_output
    from wres.validation.previous_year import PreviousYear

    register = current_register(context.database).set_index("code")
    if organisation_code not in register.index:
        raise WresError(f"{organisation_code} is not in the register. Look its code up: wres organisations list")
    path = output or Path(f"wres-{context.year}-{organisation_code}.xlsx")
    with TemporaryDirectory() as folder:
        written = Path(folder) / "return.xlsx"
        write_template(
            written,
            load_template(context.calendar.template_version),
            context.calendar,
            organisation_code,
            str(register.loc[organisation_code, "name"]),
            last_year=PreviousYear(context.settings, context.database, context.calendar).figures(organisation_code),
        )
        try:
            write_output(path, written.read_bytes())
        except OSError as error:
            raise WresError(
                f"{path} cannot be written: {why_refused(error)}. Choose another place: --output."
            ) from None
    return path


def explain_not_asked(context: Context, organisation_code: str) -> str | None:
    """Return the sentence on an organisation whose return the year does not ask for; None where it does.

    It names the organisation that sends the return instead, where a merger says which.

    Raises:
        WresError: the organisation is not in the register.
    """
    from wres.database.organisations import current_register, current_successions
    from wres.reference.register import eligible_codes

    register, year = current_register(context.database), context.calendar
    names = dict(zip(register["code"], register["name"], strict=True))
    if organisation_code not in names:
        raise WresError(f"{organisation_code} is not in the register. Look its code up: wres organisations list")
    if organisation_code in eligible_codes(register, year):
        return None
    successions = current_successions(context.database)
    in_force = successions[successions["from_date"] <= year.snapshot.isoformat()]
    successors = dict(zip(in_force["predecessor"], in_force["successor"], strict=True))
    successor = organisation_code
    while successor in successors:  # a succession in a circle is never stored
        successor = successors[successor]
    name = f"{organisation_code} ({names[organisation_code]})"
    sentence = f"{name} is not asked for a {year.year} return, and one in its name is refused"
    if successor != organisation_code:
        return (
            f"{sentence}: its staff are in the return of {successor} ({names.get(successor, 'not in the register')})."
        )
    return f"{sentence}. Its dates and its group say why: wres organisations list --format csv"


def submit_return(context: Context, organisation_code: str, file: Path, *, test: bool = False) -> Path:
    """Put a return on the folder channel on an organisation's behalf; returns its path there.

    Raises:
        WresError: the collection is not open, the organisation is not in the register, or the file cannot be sent.
    """
    from wres.database.collection_state import get_state, hard_close_of
    from wres.database.organisations import current_register
    from wres.intake.submit import check_submission, put_in_inbox
    from wres.monitoring.reminders import time_words

    check_submission(organisation_code, file)
    state = get_state(context.database, context.calendar, context.clock.now())
    if state == "not_open":
        opens = time_words(context.calendar.opens)
        raise WresError(f"The {context.year} collection opens on {opens}, so nothing was sent. Send it then.")
    if state == "closed":
        closed = time_words(hard_close_of(context.database, context.calendar))
        raise WresError(
            f"The {context.year} collection closed on {closed}, so nothing was sent. If it is still to be taken, open "
            f"the collection first: wres collection open {context.year}"
        )
    if organisation_code not in set(current_register(context.database)["code"]):
        raise WresError(f"{organisation_code} is not in the register. Look its code up: wres organisations list")
    return put_in_inbox(context.settings, context.year, organisation_code, file, test=test)


def preview_commentary(context: Context, audience: str = "management") -> str:
    """Return the text of the release that the last build would become, with its figures; nothing is written.

    Raises:
        WresError: nothing is built, a placeholder of the text cannot be filled, or the tables may not be released.
    """
    from wres.database.releases import require_latest_build
    from wres.release.preview import preview_commentary

    latest = require_latest_build(context.database, context.year)
    return preview_commentary(context.settings, context.database, latest, audience)


def reproduce_release(context: Context, edition: str, audience: str, output: Path | None = None) -> Summary:
    """Make an old edition again from its Iceberg tags, into a folder, or compare it with the published one.

    `differs` holds a sentence for each file that is not the same byte for byte.

    Raises:
        WresError: there is no such edition, or what it was made from is gone.
    """
    from wres.release.reproduce import compare_rebuilt, rebuild_edition

    which: Summary = {"collection_year": context.year, "edition": edition, "audience": audience}
    if output is None:
        return {
            **which,
            "differs": compare_rebuilt(context.settings, context.database, context.year, edition, audience),
        }
    folder = rebuild_edition(context.settings, context.database, context.year, edition, audience, output)
    return {**which, "folder": str(folder), "differs": []}
