"""Publishing: the management release now, the official one when a person has approved it and its time has come."""

from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import Param, TriggerRule, dag, get_current_context, task

from wres.orchestration.assets import PUBLISHED
from wres.orchestration.params import as_of_param, year_param
from wres.orchestration.task_context import DAG_DEFAULTS, TASK_DEFAULTS, step_context
from wres.orchestration.waiting_operators import ApprovalOperator, ReleaseTimeOperator

ON_CALL = """
### Publish the tables of one year

Started by hand only. It needs a **collection year**. The **edition** is found by itself (1.0, then 1.1 and on)
unless you name one; a revision needs a **note** that says what changed and why. One run may last for weeks: it waits
for a person and for the release time, and takes no worker meanwhile. Every task can be cleared and run again.

- `plan_pages` shares the pages of a release of more than 2,000 organisations (WRES_PAGES_PER_TASK) among several
  workers: each of `management_pages` and `official_pages` writes one shard, and the task that publishes puts the
  release together. Skipped means that one task writes them all: no fault. A shard can be cleared by itself.
- `publish_management` writes the tables of the last build, every figure, for the national team. When it fails, the
  last line of its log says what is missing: a build, a note, an edition that is taken. A run that was killed
  half-way is completed by clearing the task.
- `checklist` fails when the release checklist holds an error, and names it; each says what to do. Put it right
  (most need a new build) and start this DAG again.
- `approval` waits for a named person: **Required Actions** in these pages, or `wres approve YEAR`; whichever comes
  first counts. It shows the checklist. To approve, give your role and accept each warning; to reject, give a reason,
  which is recorded. WRES_APPROVERS may list who may decide. Nothing is ever approved by waiting. Rejected, the run
  ends here (skipped) and no official release is made. When the collection is built again meanwhile, it fails and says
  so: start this DAG again, for that build has another checklist.
- `ask_again` follows on an answer that lacks something: it starts this DAG again, and the question of the new run
  begins with what was lacking. Skipped otherwise.
- `release_time` makes the official release at once, sealed in a folder that only the pipeline can read, and waits for
  the year's release time. It fails as soon as the collection is built again: what was approved would no longer be
  what is released. Skipped means that the clock of the run stands still before that time. **As of** opens nothing
  early: in a real collection every task that publishes refuses a time that is still to come.
- `publish_official` moves the official release to where everybody may read it.
- `send_local_reports` then gives each organisation with an accepted return its own report, by the channel on which that
  return came; each once for each edition. It fails when a channel cannot be reached: put that right and clear the task;
  those that are still owed one get it then. Who got which: `wres local-report YEAR --list`.

The same build published again is the release that there is. The tasks' XComs show folders and who approved. Their
events of the asset `published` are for other DAGs to follow; the year is the partition key.
"""


# As each mapped task is named in Airflow's pages.
SHARD_LABEL = "part {{ task.op_kwargs['shard'][0] + 1 }} of {{ task.op_kwargs['shard'][1] }}"


@dag(
    dag_display_name="Publish tables",
    schedule=None,
    description="A release of the last build: management now, official when approved and due",
    doc_md=ON_CALL,
    params={
        "year": year_param(),
        "edition": Param(None, type=["null", "string"], title="Edition", pattern=r"^[1-9]\d*\.\d+$"),
        "note": Param(None, type=["null", "string"], title="Revision note"),
        "as_of": as_of_param(publishes=True),
    },
    default_args={**TASK_DEFAULTS, "owner": "wres-publication-team"},
    **DAG_DEFAULTS,
    tags=["wres", "publication"],
)
def publish_tables() -> None:
    """Call a step in each task; two of them wait first."""

    @task
    def plan_pages() -> list[tuple[int, int]]:
        """Plan the shards in which the pages of a large release are written; none for another."""
        from wres import steps

        with step_context() as request:
            params = get_current_context()["params"]
            return steps.plan_pages(request.context, params["edition"], params["note"])

    @task(map_index_template=SHARD_LABEL)
    def write_pages(audience: str, shard: list[int]) -> None:
        """Write one shard of the pages of a release."""
        from wres import steps

        with step_context() as request:
            steps.write_pages(request.context, audience, (shard[0], shard[1]))

    @task(outlets=[PUBLISHED], trigger_rule=TriggerRule.NONE_FAILED)  # the pages may be skipped
    def publish_management() -> dict[str, Any]:
        """Write the management release of the last build."""
        from wres import steps

        with step_context() as request:
            params = get_current_context()["params"]
            published = steps.publish(request.context, params["edition"], params["note"])
        announce(request.year, published, "management", published["folder"])
        return published

    @task
    def checklist() -> list[dict[str, str]]:
        """Look through the release checklist of the build; an error in it ends the run."""
        from wres import steps
        from wres.errors import WresError

        with step_context() as request:
            items = steps.checklist(request.context)
            if errors := [
                f"{item['code']}: {item['message']} {item['what_to_do']}" for item in items if _is_error(item)
            ]:
                raise WresError(f"The release checklist of {request.year} holds errors. {' '.join(errors)}")
            return items

    @task(outlets=[PUBLISHED])
    def publish_official() -> dict[str, Any]:
        """Put the official release where everybody may read it."""
        from wres import steps
        from wres.errors import WresError

        with step_context() as request:
            published = steps.publish(request.context)
            if not str(published["official"]).startswith(str(request.context.settings.published)):
                raise WresError(f"The official release of {request.year}: {published['official_state']}")
        announce(request.year, published, "official", published["official"])
        return published

    @task
    def send_local_reports() -> dict[str, Any]:
        """Give each organisation its own report of the official release."""
        from wres import steps

        with step_context() as request:
            return steps.send_local_reports(request.context)

    shards: Any = plan_pages()
    managed, items = publish_management(), checklist()
    # By template, so that what follows on an approval depends on that alone, and not on a build that succeeded before.
    build: Any = "{{ ti.xcom_pull(task_ids='publish_management')['build'] }}"
    approval = ApprovalOperator(task_id="approval", build=build, items=items)
    conf: Any = "{{ ti.xcom_pull(task_ids='approval', key='asked_again') }}"
    again = TriggerDagRunOperator(
        task_id="ask_again",
        trigger_dag_id="publish_tables",
        trigger_run_id="{{ run_id }}_again",
        conf=conf,
    )
    management, official = (
        write_pages.override(task_id=f"{audience}_pages").partial(audience=audience).expand(shard=shards)
        for audience in ("management", "official")
    )
    waited = ReleaseTimeOperator(
        task_id="release_time", build=build, trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS
    )
    management >> managed >> items >> approval >> [official, waited, again]
    official >> waited >> publish_official() >> send_local_reports()


def announce(year: int, published: dict[str, Any], audience: str, folder: str) -> None:
    """Add to the task's event of the asset `published` what was published."""
    event = get_current_context()["outlet_events"][PUBLISHED]
    event.add_partitions(str(year))
    event.extra = {"build": published["build"], "edition": published["edition"], "audience": audience, "folder": folder}


def _is_error(item: dict[str, str]) -> bool:
    return item["severity"] == "error"


publish_tables()
