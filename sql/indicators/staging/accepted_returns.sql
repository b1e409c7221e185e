-- accepted_returns: the organisations whose return counts.
--
-- One row per collection year and organisation with an accepted return.
SELECT DISTINCT
    collection_year,
    organisation_code
FROM counts
