#!/bin/sh
# Once, when the database is new: a database and a user for Airflow, and others for the registry. Neither user reaches
# what is the other's.
set -eu

for one in airflow wres; do
  case $one in
    airflow) password=$WRES_AIRFLOW_DB_PASSWORD ;;
    wres) password=$WRES_DB_PASSWORD ;;
  esac
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --set name="$one" --set password="$password" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" ENCODING 'UTF8';
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
