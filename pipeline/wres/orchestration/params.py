"""What a person may ask of a DAG run: the form that Airflow shows and checks before a run starts."""

from airflow.sdk import Param

from wres.errors import WresError
from wres.reference.year_config import configured_years
from wres.settings import load_settings

_USUAL_MINUTES = 15
# London's wall clock, as `wres --as-of` takes it; an offset or a Z may follow.
_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}"


def year_param() -> Param:
    """Return the form field for a year that has a calendar; it has no default, so nobody runs the wrong year."""
    return Param(type="integer", title="Collection year", enum=_years())


def collected_year_param() -> Param:
    """Return the form field for the one collection to collect; empty is every collection under way."""
    return _optional_year("Leave empty to collect every collection that is under way.")


def built_year_param() -> Param:
    """Return the form field for the year to build; empty when an asset event brings the year."""
    return _optional_year("Needed when you start this by hand.")


def _optional_year(description: str) -> Param:
    """Return the form field for a collection year that may be left empty."""
    return Param(
        None,
        type=["null", "integer"],
        title="Collection year",
        description=description,
        enum=[None, *_years()],
    )


def as_of_param(*, publishes: bool = False) -> Param:
    """Return the form field for the time to take for now, in demonstrations and back-collections.

    Empty is the machine's clock.

    What publishes takes no time later than the machine's, unless the collection is simulated: the step refuses it.
    """
    description = "Leave empty. 2022-06-10T12:00 makes the run take that for now; its receipts say so."
    if publishes:
        description = "Leave empty. Only a simulated collection is published by a time that is still to come."
    return Param(None, type=["null", "string"], title="As of", description=description, pattern=_TIME)


def round_minutes() -> int:
    """Return how often a collecting round starts. With a setting that cannot be used the round itself says so."""
    try:
        return load_settings().round_minutes
    except WresError:
        return _USUAL_MINUTES


def _years() -> list[int]:
    """Return the years that have a calendar; none with a setting that cannot be used, which every step then says."""
    try:
        return list(configured_years(load_settings().years))
    except WresError:
        return []
