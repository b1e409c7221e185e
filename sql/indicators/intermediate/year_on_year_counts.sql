-- year_on_year_counts: the counts of the same organisations in two years, by ethnic group.
--
-- One row per row of `year_on_year`, side (now, before), ethnic group and measure (see `counts`). The counts
-- before are those of the organisation's pool of the earlier year added up.
WITH returns AS (
    SELECT
        collection_year,
        years_between,
        organisation_code,
        'now' AS side,
        collection_year AS return_year,
        organisation_code AS return_code
    FROM matched_pairs
    UNION ALL
    SELECT
        matched_pairs.collection_year,
        matched_pairs.years_between,
        matched_pairs.organisation_code,
        'before' AS side,
        matched_pairs.collection_year - matched_pairs.years_between AS return_year,
        earlier_pools.earlier_code AS return_code
    FROM matched_pairs
    INNER JOIN earlier_pools
        ON
            matched_pairs.collection_year = earlier_pools.collection_year
            AND matched_pairs.years_between = earlier_pools.years_between
            AND matched_pairs.organisation_code = earlier_pools.organisation_code
)

SELECT
    returns.collection_year,
    returns.years_between,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group,
    returns.side,
    counts.ethnic_group,
    counts.measure,
    CAST(SUM(counts.value) AS DECIMAL(38, 0)) AS value
FROM returns
INNER JOIN area_membership
    ON
        returns.collection_year = area_membership.collection_year
        AND returns.organisation_code = area_membership.organisation_code
INNER JOIN counts
    ON
        returns.return_year = counts.collection_year
        AND returns.return_code = counts.organisation_code
GROUP BY
    returns.collection_year,
    returns.years_between,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group,
    returns.side,
    counts.ethnic_group,
    counts.measure
