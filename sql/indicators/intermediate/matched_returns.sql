-- matched_returns: the returns that a comparison of two years rests on.
--
-- One row per row of `matched_pairs`, side (now, before) and return: now the organisation's own, before those
-- of its pool of the earlier year.
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
