-- Who may do what in the registry, where it is PostgreSQL. `wres migrate` applies this file as the owner of the tables,
-- at every new version; what is not granted here may not be done. docker/postgres.sh makes the roles.
--
-- wres_steps:  the workers. They add; they change and delete only what the code changes and deletes.
-- wres_reader: people who look, and the parts of Airflow that only look.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, wres_steps, wres_reader;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, wres_steps, wres_reader;
REVOKE CREATE ON SCHEMA public FROM PUBLIC, wres_steps, wres_reader;
GRANT USAGE ON SCHEMA public TO wres_steps, wres_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO wres_steps, wres_reader;

-- What was done, and what a return held: written once.
GRANT INSERT ON journal, findings, figures, statements, online_statements, approvals, rejections TO wres_steps;
GRANT USAGE ON SEQUENCE approvals_number_seq TO wres_steps;

-- The end of each chain moves on.
GRANT INSERT, UPDATE (sequence, hash, exported) ON journal_heads TO wres_steps;

-- A receipt is validated and answered; what was received, from whom and when stays as it is.
GRANT INSERT, UPDATE (
  status, late, template_version, rule_set, edits_run, edits_not_run, repairs, report, validated_at, answered_at
) ON receipts TO wres_steps;

-- A return is marked before it is read, and no longer once it is validated.
GRANT INSERT, UPDATE (attempts), DELETE ON read_attempts TO wres_steps;

-- A build is confirmed, its national checks are made again; a claimed edition is given its note, or is withdrawn.
GRANT INSERT, UPDATE (sequence, edits_run, edits_not_run) ON builds TO wres_steps;
GRANT INSERT, DELETE ON build_findings TO wres_steps;
GRANT INSERT, DELETE, UPDATE (note) ON releases TO wres_steps;

-- What the national team loads in place of what was loaded, and sets by hand.
GRANT INSERT, DELETE ON organisations, successions, contacts TO wres_steps;
GRANT INSERT, UPDATE (state, changed_at) ON collection_states TO wres_steps;

-- Who may send on the page: entered, bound to a person at the first sign-in, revoked; never deleted, so that an id stays one's.
GRANT INSERT, UPDATE (subject, revoked_at) ON senders TO wres_steps;
GRANT INSERT ON sender_organisations TO wres_steps;
GRANT INSERT, UPDATE (used_at), DELETE ON credentials TO wres_steps;
GRANT INSERT, DELETE ON web_sessions TO wres_steps;

-- The warehouse's catalogue (PyIceberg's tables): a commit moves a table on to its next metadata file.
GRANT INSERT, UPDATE (metadata_location, previous_metadata_location) ON iceberg_tables TO wres_steps;
