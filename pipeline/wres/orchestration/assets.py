"""The assets by whose events one DAG starts another; their partitions are the collection years."""

from airflow.sdk import Asset

# An event says that returns of the year in its partition key were accepted; `extra` hands on the clock of the run.
ACCEPTED_RETURNS = Asset(name="accepted_returns", uri="wres://accepted-returns", group="wres")
# For a team's own DAGs to follow; nothing here does. `extra` names the build.
BUILT = Asset(name="built", uri="wres://built", group="wres")
# `extra` names the build, the edition, the audience (`management` or `official`) and the folder of the release.
PUBLISHED = Asset(name="published", uri="wres://published", group="wres")
