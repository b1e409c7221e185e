"""What a person may ask of a DAG run: the form that Airflow shows and checks before a run starts."""

from airflow.sdk import Param

from pipeline.collection.calendar import known_years

# London's wall clock, as `wres --as-of` takes it; an offset or a Z may follow.
_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}"


def year_param() -> Param:
    """The collection year, one of those that have a calendar; it has no default, so nobody runs the wrong year."""
    return Param(type="integer", title="Collection year", enum=list(known_years()))


def optional_year_param() -> Param:
    """The collection year of a run that is started by hand; left empty when an asset event brings the year."""
    return Param(
        None,
        type=["null", "integer"],
        title="Collection year",
        description="Needed when you start this by hand.",
        enum=[None, *known_years()],
    )


def as_of_param() -> Param:
    """The time to take for now, for demonstrations and back-collections; empty is the machine's clock."""
    return Param(
        None,
        type=["null", "string"],
        title="As of",
        description="Leave empty. 2022-06-10T12:00 makes the run take that for now; its receipts say so.",
        pattern=_TIME,
    )
