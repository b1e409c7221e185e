"""What is used of Airflow that its documentation does not promise, tried with Airflow 3.3.2.

Look at this file first when Airflow is upgraded, and then at `airflow_parts`, which starts Airflow's commands from a
process that has imported their modules. `airflow_home.write_welcome` uses the documented `airflow_local_settings`, and
everything else `airflow.sdk` and the operators and triggers of providers.
"""

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import requires_access_dag

# For FastAPI's Depends: who is signed in and may see, or may start, the DAG collect_returns.
may_see = requires_access_dag(method="GET", param_dag_id="collect_returns")
may_collect = requires_access_dag(method="POST", access_entity=DagAccessEntity.RUN, param_dag_id="collect_returns")
