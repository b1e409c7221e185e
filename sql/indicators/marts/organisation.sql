-- organisation: every organisation with an accepted return.
--
-- One row per collection year and organisation.
SELECT
    indicators.*,
    organisations.organisation_type,
    organisations.region_code,
    organisations.region_name
FROM indicators
INNER JOIN organisations
    ON
        indicators.collection_year = organisations.collection_year
        AND indicators.code = organisations.organisation_code
WHERE indicators.level = 'organisation'
