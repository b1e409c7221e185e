"""Airflow's timetable of `collect_returns`: a round for each collection that takes returns, and none otherwise.

It is a partitioned timetable: each scheduled run is for one collection year, its partition key. So the run of one year
never waits for another's, and adding a year's file schedules a collection.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

from pipeline.orchestration.periods import periods_now
from pipeline.orchestration.rounds import next_round, run_id

if TYPE_CHECKING:
    from airflow.utils.types import DagRunType
    from pendulum import DateTime


class CollectionTimetable(Timetable):
    """At the opening of a collection, every quarter of an hour, and a minute before its deadline and its close."""

    description = "Every 15 minutes for each collection that takes returns"
    partitioned = True

    @property
    def summary(self) -> str:
        """What Airflow's list of DAGs shows as the schedule."""
        return "while a collection is open"

    def next_dagrun_info_v2(
        self,
        *,
        last_dagrun_info: DagRunInfo | None,
        restriction: TimeRestriction,  # noqa: ARG002
    ) -> DagRunInfo | None:
        """The next round. Rounds that were missed are not made up for, so `restriction` has nothing to say."""
        from airflow.sdk.timezone import coerce_datetime, utcnow

        last = last_dagrun_info.run_after if last_dagrun_info else None
        found = next_round(periods_now(), utcnow(), last)
        if found is None:
            return None
        at: DateTime = coerce_datetime(found[0])
        # By the logical date Airflow sees that a round has its run, should two of its processes ask at once.
        return DagRunInfo(at, DataInterval.exact(at), partition_date=at, partition_key=str(found[1]))

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """Airflow asks partitioned timetables by `next_dagrun_info_v2` only."""
        raise NotImplementedError

    def iter_partition_dagrun_infos(self, *, earliest: datetime, latest: datetime) -> Iterable[DagRunInfo]:  # noqa: ARG002
        """A backfill has no rounds: what waited then was taken in by the next one."""
        return ()

    def infer_manual_data_interval(self, *, run_after: "DateTime") -> DataInterval:
        """A run that is started by hand for a moment is for that moment."""
        return DataInterval.exact(run_after)

    def generate_run_id(
        self,
        *,
        run_type: "DagRunType",
        run_after: datetime,
        data_interval: DataInterval | None,  # noqa: ARG002
        **extra: Any,
    ) -> str:
        """Known from the round alone, so that a run can ask whether the one before it still works."""
        key = extra.get("partition_key")
        return run_id(run_after) if key else str(run_type.generate_run_id(suffix=run_after.isoformat()))
