-- matched_pairs: organisations with a return in both of two years, with the counts of both.
--
-- One row per collection year, years between (1 or 3) and organisation whose whole pool of the earlier year
-- sent a return; half a merger is no comparison. Nor is one where two organisations would count the same
-- earlier return, as when a predecessor still sends for itself. The counts before are those of the pool
-- added up. Moved is -1, 0 or 1 by the exact fractions: the likelihood of all staff, and the relative
-- likelihood; null where either year has none.
WITH claims AS (
    SELECT
        collection_year,
        years_between,
        earlier_code,
        COUNT(*) AS claims
    FROM earlier_pools
    GROUP BY collection_year, years_between, earlier_code
),

earlier AS (
    SELECT
        earlier_pools.collection_year,
        earlier_pools.years_between,
        earlier_pools.organisation_code,
        COUNT(*) AS previous_organisations,
        CAST(SUM(counts.white_headcount) AS DECIMAL(38, 0)) AS previous_white_headcount,
        CAST(SUM(counts.bme_headcount) AS DECIMAL(38, 0)) AS previous_bme_headcount,
        CAST(SUM(counts.unknown_headcount) AS DECIMAL(38, 0)) AS previous_unknown_headcount,
        CAST(SUM(counts.white_hundredths) AS DECIMAL(38, 0)) AS previous_white_hundredths,
        CAST(SUM(counts.bme_hundredths) AS DECIMAL(38, 0)) AS previous_bme_hundredths,
        CAST(SUM(counts.unknown_hundredths) AS DECIMAL(38, 0)) AS previous_unknown_hundredths,
        CAST(SUM(counts.white_latest_hundredths) AS DECIMAL(38, 0)) AS previous_white_latest_hundredths,
        CAST(SUM(counts.bme_latest_hundredths) AS DECIMAL(38, 0)) AS previous_bme_latest_hundredths,
        CAST(SUM(counts.unknown_latest_hundredths) AS DECIMAL(38, 0)) AS previous_unknown_latest_hundredths
    FROM earlier_pools
    LEFT JOIN claims
        ON
            earlier_pools.collection_year = claims.collection_year
            AND earlier_pools.years_between = claims.years_between
            AND earlier_pools.earlier_code = claims.earlier_code
    LEFT JOIN counts
        ON
            earlier_pools.collection_year - earlier_pools.years_between = counts.collection_year
            AND earlier_pools.earlier_code = counts.organisation_code
    GROUP BY earlier_pools.collection_year, earlier_pools.years_between, earlier_pools.organisation_code
    HAVING
        COUNT(*)
        = SUM(CASE WHEN claims.claims = 1 AND counts.organisation_code IS NOT NULL THEN 1 ELSE 0 END)
),

both_years AS (
    SELECT
        earlier.collection_year,
        earlier.years_between,
        earlier.organisation_code,
        earlier.previous_organisations,
        CAST(counts.white_headcount AS DECIMAL(38, 0)) AS white_headcount,
        CAST(counts.bme_headcount AS DECIMAL(38, 0)) AS bme_headcount,
        CAST(counts.unknown_headcount AS DECIMAL(38, 0)) AS unknown_headcount,
        CAST(counts.white_hundredths AS DECIMAL(38, 0)) AS white_hundredths,
        CAST(counts.bme_hundredths AS DECIMAL(38, 0)) AS bme_hundredths,
        CAST(counts.unknown_hundredths AS DECIMAL(38, 0)) AS unknown_hundredths,
        CAST(counts.white_latest_hundredths AS DECIMAL(38, 0)) AS white_latest_hundredths,
        CAST(counts.bme_latest_hundredths AS DECIMAL(38, 0)) AS bme_latest_hundredths,
        CAST(counts.unknown_latest_hundredths AS DECIMAL(38, 0)) AS unknown_latest_hundredths,
        earlier.previous_white_headcount,
        earlier.previous_bme_headcount,
        earlier.previous_unknown_headcount,
        earlier.previous_white_hundredths,
        earlier.previous_bme_hundredths,
        earlier.previous_unknown_hundredths,
        earlier.previous_white_latest_hundredths,
        earlier.previous_bme_latest_hundredths,
        earlier.previous_unknown_latest_hundredths
    FROM earlier
    INNER JOIN counts
        ON
            earlier.collection_year = counts.collection_year
            AND earlier.organisation_code = counts.organisation_code
),

products AS (
    -- each likelihood or ratio is over the other year's denominator, so that the two are compared in whole
    -- numbers
    SELECT
        *,
        (white_hundredths + bme_hundredths + unknown_hundredths)
        * (previous_white_headcount + previous_bme_headcount + previous_unknown_headcount) AS rate,
        (previous_white_hundredths + previous_bme_hundredths + previous_unknown_hundredths)
        * (white_headcount + bme_headcount + unknown_headcount) AS previous_rate,
        (white_headcount + bme_headcount + unknown_headcount)
        * (previous_white_headcount + previous_bme_headcount + previous_unknown_headcount) > 0 AS has_staff,
        bme_hundredths * white_headcount * previous_white_hundredths * previous_bme_headcount AS ratio,
        previous_bme_hundredths * previous_white_headcount * white_hundredths * bme_headcount
            AS previous_ratio,
        white_headcount * bme_headcount * white_hundredths
        * previous_white_headcount * previous_bme_headcount * previous_white_hundredths > 0 AS has_ratios
    FROM both_years
)

SELECT
    collection_year,
    years_between,
    organisation_code,
    previous_organisations,
    white_headcount,
    bme_headcount,
    unknown_headcount,
    white_hundredths,
    bme_hundredths,
    unknown_hundredths,
    white_latest_hundredths,
    bme_latest_hundredths,
    unknown_latest_hundredths,
    previous_white_headcount,
    previous_bme_headcount,
    previous_unknown_headcount,
    previous_white_hundredths,
    previous_bme_hundredths,
    previous_unknown_hundredths,
    previous_white_latest_hundredths,
    previous_bme_latest_hundredths,
    previous_unknown_latest_hundredths,
    CASE
        WHEN NOT has_staff THEN NULL
        WHEN rate < previous_rate THEN -1
        WHEN rate > previous_rate THEN 1
        ELSE 0
    END AS rate_moved,
    CASE
        WHEN NOT has_ratios THEN NULL
        WHEN ratio < previous_ratio THEN -1
        WHEN ratio > previous_ratio THEN 1
        ELSE 0
    END AS ratio_moved
FROM products
