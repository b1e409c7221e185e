"""What DAGs tell one another: one asset, whose partitions are the collection years."""

from airflow.sdk import Asset

# An event says that returns of the year in its partition key were accepted; `extra` hands on the clock of the run.
ACCEPTED_RETURNS = Asset(name="accepted_returns", uri="wres://accepted-returns", group="wres")
