#!/bin/sh
# When the database is new: a database and an owner for Airflow, and others for the registry, and the two roles that use
# the registry without owning it. No user reaches what is another's. Doing it again adds what is missing and no more.
set -eu

sql() {
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username postgres "$@"
}

role() { # name, variable that holds its password: a command line is for everybody to see
  sql --set name="$1" --set variable="$2" <<'SQL'
\getenv password :variable
SELECT format('CREATE ROLE %I LOGIN', :'name')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" PASSWORD :'password';
SQL
}

database() { # name, which is its owner's too
  sql --set name="$1" <<'SQL'
SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8''', :'name', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

role airflow WRES_AIRFLOW_DB_PASSWORD
role wres WRES_DB_PASSWORD
role wres_steps WRES_STEPS_DB_PASSWORD
role wres_reader WRES_READER_DB_PASSWORD
database airflow
database wres
# What they may do there, wres migrate says (sql/registry/roles.sql).
sql --command 'GRANT CONNECT ON DATABASE wres TO wres_steps, wres_reader'
