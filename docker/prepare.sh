#!/bin/sh
# Once before everything else, and again at every new version: both databases, the first person, the buckets.
# Doing it again does no harm.
set -eu

airflow db migrate

# The first administrator, who makes all others (docker/README.md says how). An account that is there is left alone.
airflow users create --role Admin --username "$WRES_ADMIN_NAME" --email "$WRES_ADMIN_EMAIL" \
  --firstname "$WRES_ADMIN_NAME" --lastname WRES --password "$WRES_ADMIN_PASSWORD" >/dev/null

python "$(dirname "$0")/buckets.py"
# The registry's tables, who may do what in them, and the years that there are.
wres migrate
wres collection list
