-- matched_pairs: organisations with a return in both of two years.
--
-- One row per collection year, years between (1 or 3) and organisation whose whole pool of the earlier year
-- sent a return; half a merger is no comparison. Nor is one where two organisations would count the same
-- earlier return, as when a predecessor still sends for itself.
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
        COUNT(*) AS previous_organisations
    FROM earlier_pools
    LEFT JOIN claims
        ON
            earlier_pools.collection_year = claims.collection_year
            AND earlier_pools.years_between = claims.years_between
            AND earlier_pools.earlier_code = claims.earlier_code
    LEFT JOIN accepted_returns
        ON
            earlier_pools.collection_year - earlier_pools.years_between = accepted_returns.collection_year
            AND earlier_pools.earlier_code = accepted_returns.organisation_code
    GROUP BY earlier_pools.collection_year, earlier_pools.years_between, earlier_pools.organisation_code
    HAVING
        COUNT(*)
        = SUM(
            CASE WHEN claims.claims = 1 AND accepted_returns.organisation_code IS NOT NULL THEN 1 ELSE 0 END
        )
)

SELECT
    earlier.collection_year,
    earlier.years_between,
    earlier.organisation_code,
    earlier.previous_organisations
FROM earlier
INNER JOIN accepted_returns
    ON
        earlier.collection_year = accepted_returns.collection_year
        AND earlier.organisation_code = accepted_returns.organisation_code
