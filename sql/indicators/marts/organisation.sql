-- organisation: every organisation with an accepted return.
--
-- One row per collection year and organisation.
SELECT
    measured.*,
    organisations.organisation_type,
    organisations.region_code,
    organisations.region_name
FROM measured
INNER JOIN organisations
    ON
        measured.collection_year = organisations.collection_year
        AND measured.code = organisations.organisation_code
WHERE measured.level = 'organisation'
