-- pooled_counts: the counts of every published row, by ethnic group as the returns state them.
--
-- One row per row of `areas`, ethnic group and measure (see `counts`), and of each organisation once more at
-- level `three_years`: its three years added up. Counts are added up, never ratios.
-- Decimals of 38 digits hold the products that the measures take of these counts.
SELECT
    area_returns.collection_year,
    area_returns.level,
    area_returns.code,
    area_returns.organisation_group,
    counts.ethnic_group,
    counts.measure,
    CAST(SUM(counts.value) AS DECIMAL(38, 0)) AS value
FROM area_returns
INNER JOIN counts
    ON
        area_returns.collection_year = counts.collection_year
        AND area_returns.organisation_code = counts.organisation_code
GROUP BY
    area_returns.collection_year,
    area_returns.level,
    area_returns.code,
    area_returns.organisation_group,
    counts.ethnic_group,
    counts.measure
UNION ALL
SELECT
    three_year_counts.collection_year,
    'three_years' AS level,
    three_year_counts.organisation_code AS code,
    area_membership.organisation_group,
    three_year_counts.ethnic_group,
    three_year_counts.measure,
    CAST(three_year_counts.value AS DECIMAL(38, 0)) AS value
FROM three_year_counts
INNER JOIN area_membership
    ON
        three_year_counts.collection_year = area_membership.collection_year
        AND three_year_counts.organisation_code = area_membership.organisation_code
        AND area_membership.level = 'organisation'
