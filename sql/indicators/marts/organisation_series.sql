-- organisation_series: each organisation of the latest year over all years, followed back through its
-- mergers.
--
-- One row per organisation and collection year in which one that it was made of sent a return: the counts
-- of those that did, pooled. Complete: the way back leads to somebody everywhere, each of them sent a
-- return, and none of these counts in another organisation's series too. Break in series: the window or the
-- template differs from the year before.
WITH claims AS (
    SELECT
        collection_year,
        member_code,
        COUNT(*) AS claims
    FROM lineages
    GROUP BY collection_year, member_code
),

standing AS (
    SELECT
        lineages.collection_year,
        lineages.organisation_code,
        COUNT(DISTINCT lineages.member_code) AS made_of,
        MIN(
            CASE WHEN claims.claims = 1 AND accepted_returns.organisation_code IS NOT NULL THEN 1 ELSE 0 END
        )
        = 1 AS complete
    FROM lineages
    LEFT JOIN claims
        ON lineages.collection_year = claims.collection_year AND lineages.member_code = claims.member_code
    LEFT JOIN accepted_returns
        ON
            lineages.collection_year = accepted_returns.collection_year
            AND lineages.member_code = accepted_returns.organisation_code
    GROUP BY lineages.collection_year, lineages.organisation_code
)

SELECT
    indicators.*,
    standing.made_of,
    standing.complete,
    year_breaks.break_in_series
FROM indicators
INNER JOIN standing
    ON
        indicators.collection_year = standing.collection_year
        AND indicators.code = standing.organisation_code
INNER JOIN year_breaks ON indicators.collection_year = year_breaks.collection_year
WHERE indicators.level = 'series'
