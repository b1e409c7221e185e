-- pooled_counts: the counts of every published row, by ethnic group as the returns state them, on each basis.
--
-- One row per basis (see `return_counts`), row of `areas`, ethnic group and measure: on the basis
-- `twelve_months` without series, on `three_years` for single organisations. Counts are added up, never
-- ratios. Decimals of 38 digits hold the products that the measures take of these counts.
SELECT
    return_counts.basis,
    area_returns.collection_year,
    area_returns.level,
    area_returns.code,
    area_returns.organisation_group,
    return_counts.ethnic_group,
    return_counts.measure,
    CAST(SUM(return_counts.value) AS DECIMAL(38, 0)) AS value
FROM area_returns
INNER JOIN return_counts
    ON
        area_returns.collection_year = return_counts.collection_year
        AND area_returns.organisation_code = return_counts.organisation_code
WHERE
    return_counts.basis = 'window'
    OR (return_counts.basis = 'twelve_months' AND area_returns.level <> 'series')
    OR (return_counts.basis = 'three_years' AND area_returns.level = 'organisation')
GROUP BY
    return_counts.basis,
    area_returns.collection_year,
    area_returns.level,
    area_returns.code,
    area_returns.organisation_group,
    return_counts.ethnic_group,
    return_counts.measure
