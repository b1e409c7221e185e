-- levels: the pooled counts of every published row: organisation, nation, region and type.
--
-- One row per collection year, level, code and organisation group that has a return. Counts are added up,
-- never ratios. Entered is in hundredths of a person. Decimals of 38 digits hold the products that the
-- measures take of these counts.
SELECT
    places.collection_year,
    places.level,
    places.code,
    places.organisation_group,
    MAX(places.name) AS name,
    COUNT(*) AS organisations,
    CAST(SUM(counts.white_headcount) AS DECIMAL(38, 0)) AS white_headcount,
    CAST(SUM(counts.bme_headcount) AS DECIMAL(38, 0)) AS bme_headcount,
    CAST(SUM(counts.unknown_headcount) AS DECIMAL(38, 0)) AS unknown_headcount,
    CAST(SUM(counts.white_hundredths) AS DECIMAL(38, 0)) AS white_hundredths,
    CAST(SUM(counts.bme_hundredths) AS DECIMAL(38, 0)) AS bme_hundredths,
    CAST(SUM(counts.unknown_hundredths) AS DECIMAL(38, 0)) AS unknown_hundredths
FROM places
INNER JOIN counts
    ON
        places.collection_year = counts.collection_year
        AND places.organisation_code = counts.organisation_code
GROUP BY places.collection_year, places.level, places.code, places.organisation_group
