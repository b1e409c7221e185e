"""What this project adds to Airflow itself; Airflow finds it by the entry point `airflow.plugins`."""

from typing import Any

from airflow.plugins_manager import AirflowPlugin

from pipeline.orchestration.timetable import CollectionTimetable


class WresPlugin(AirflowPlugin):
    """The collection timetable."""

    name = "wres"
    timetables: list[Any] = [CollectionTimetable]  # noqa: RUF012 - as Airflow declares it
