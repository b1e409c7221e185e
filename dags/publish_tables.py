"""Publishing: make a release of the last build."""

from typing import Any

from airflow.sdk import Param, dag, get_current_context, task

from pipeline.orchestration.params import as_of_param, year_param
from pipeline.orchestration.running import DAG_DEFAULTS, TASK_DEFAULTS, one_step

ON_CALL = """
### Publish the tables of one year

Started by hand only. It needs a **collection year**. The **edition** is found by itself (1.0, then 1.1 and on)
unless you name one; a revision needs a **note** that says what changed and why.

- `publish` writes the tables of the last build into a folder that is never changed again. When it fails, the
  last line of its log says what is missing: a build, a note, an edition that is taken. A run that was killed
  half-way is completed by clearing the task.

The same build published again is the release that there is. The task's XCom shows the folder.
"""


@dag(
    schedule=None,
    description="A release of the last build",
    doc_md=ON_CALL,
    params={
        "year": year_param(),
        "edition": Param(None, type=["null", "string"], title="Edition", pattern=r"^[1-9]\d*\.\d+$"),
        "note": Param(None, type=["null", "string"], title="Revision note"),
        "as_of": as_of_param(),
    },
    default_args={**TASK_DEFAULTS, "owner": "wres-publication-team"},
    **DAG_DEFAULTS,
    tags=["wres", "publication"],
)
def publish_tables() -> None:
    """One task, one step."""

    @task
    def publish() -> dict[str, Any]:
        """The release's edition and folder."""
        from pipeline import steps

        with one_step() as asked:
            params = get_current_context()["params"]
            return steps.publish(asked.year, params["edition"], params["note"])

    publish()


publish_tables()
