-- pooled_counts: the pooled counts of every published row: organisation, nation, region, type, and the series
-- of an organisation.
--
-- One row per collection year, level, code and organisation group that has a return. Counts are added up,
-- never ratios. Entered is in hundredths of a person. Decimals of 38 digits hold the products that the
-- measures take of these counts.
WITH counted_in AS (
    SELECT
        collection_year,
        organisation_code,
        level,
        code,
        name,
        organisation_group
    FROM area_membership
    UNION ALL
    SELECT
        collection_year,
        organisation_code,
        level,
        code,
        name,
        organisation_group
    FROM series_members
)

SELECT
    counted_in.collection_year,
    counted_in.level,
    counted_in.code,
    counted_in.organisation_group,
    MAX(counted_in.name) AS name,
    COUNT(*) AS organisations,
    CAST(SUM(counts.white_headcount) AS DECIMAL(38, 0)) AS white_headcount,
    CAST(SUM(counts.bme_headcount) AS DECIMAL(38, 0)) AS bme_headcount,
    CAST(SUM(counts.unknown_headcount) AS DECIMAL(38, 0)) AS unknown_headcount,
    CAST(SUM(counts.white_hundredths) AS DECIMAL(38, 0)) AS white_hundredths,
    CAST(SUM(counts.bme_hundredths) AS DECIMAL(38, 0)) AS bme_hundredths,
    CAST(SUM(counts.unknown_hundredths) AS DECIMAL(38, 0)) AS unknown_hundredths
FROM counted_in
INNER JOIN counts
    ON
        counted_in.collection_year = counts.collection_year
        AND counted_in.organisation_code = counts.organisation_code
GROUP BY counted_in.collection_year, counted_in.level, counted_in.code, counted_in.organisation_group
