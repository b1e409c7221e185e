-- series_members: which returns of each year count in the series of an organisation of the latest year.
--
-- One row per collection year, organisation of the latest year and member that it was made of in that year,
-- in the columns of `area_membership`. Name and group are those of the latest year.
SELECT DISTINCT
    lineages.collection_year,
    lineages.member_code AS organisation_code,
    'series' AS level,
    lineages.organisation_code AS code,
    organisations.name,
    organisations.organisation_group
FROM lineages
INNER JOIN organisations
    ON
        lineages.latest_year = organisations.collection_year
        AND lineages.organisation_code = organisations.organisation_code
WHERE lineages.member_code IS NOT NULL
