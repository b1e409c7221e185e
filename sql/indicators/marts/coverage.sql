-- coverage: who was expected and who sent a return that counts.
--
-- One row per collection year, level (national, region, organisation_type), code and organisation group
-- expected, and one for `all`. Received are the accepted returns, with queries or without; late are those
-- of them that came after the deadline. Expected is received, rejected and not received together.
WITH marked AS (
    SELECT
        area_membership.collection_year,
        area_membership.level,
        area_membership.code,
        area_membership.name,
        area_membership.organisation_group,
        CASE
            WHEN organisations.status IN ('accepted', 'accepted_with_queries') THEN 1 ELSE 0
        END AS is_received,
        CASE WHEN organisations.status = 'accepted_with_queries' THEN 1 ELSE 0 END AS is_with_queries,
        CASE WHEN organisations.status = 'rejected' THEN 1 ELSE 0 END AS is_rejected,
        CASE WHEN organisations.status = 'not_received' THEN 1 ELSE 0 END AS is_not_received,
        CASE WHEN organisations.late THEN 1 ELSE 0 END AS is_late
    FROM area_membership
    INNER JOIN organisations
        ON
            area_membership.collection_year = organisations.collection_year
            AND area_membership.organisation_code = organisations.organisation_code
    WHERE area_membership.level <> 'organisation'
),

numbers AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        MAX(name) AS name,
        COUNT(*) AS expected,
        CAST(SUM(is_received) AS BIGINT) AS received,
        CAST(SUM(is_with_queries) AS BIGINT) AS accepted_with_queries,
        CAST(SUM(is_rejected) AS BIGINT) AS rejected,
        CAST(SUM(is_not_received) AS BIGINT) AS not_received,
        CAST(SUM(is_received * is_late) AS BIGINT) AS late
    FROM marked
    GROUP BY collection_year, level, code, organisation_group
),

-- a percentage to 1 decimal place, rounded as in `likelihoods`
fractions AS (
    SELECT
        *,
        2000 * received + expected AS dividend,
        2 * expected AS divisor
    FROM numbers
)

SELECT
    *,
    0.1 * CAST(ROUND((dividend - MOD(dividend, divisor)) / divisor) AS BIGINT) AS returned_percent
FROM fractions
