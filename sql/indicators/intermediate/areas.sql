-- areas: every published row that pools returns: organisation, nation, region, type, and the series of an
-- organisation.
--
-- One row per collection year, level, code and organisation group that has a return, with the number of
-- organisations pooled.
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    MAX(name) AS name,
    COUNT(*) AS organisations
FROM area_returns
GROUP BY collection_year, level, code, organisation_group
