-- three_year_returns: which returns make up three years of each organisation.
--
-- One row per collection year, organisation and return that counts in its three years up to this one, each
-- by its own year: its own return and those of all that it was made of in the two years before, mergers
-- followed year by year. Only organisations of which every one of these returns was accepted, counts in no
-- other organisation (see `matched_pairs`) and has whole people among the entries of its twelve months.
WITH steps AS (
    SELECT
        matched_pairs.collection_year,
        matched_pairs.organisation_code,
        earlier_pools.earlier_code
    FROM matched_pairs
    INNER JOIN earlier_pools
        ON
            matched_pairs.collection_year = earlier_pools.collection_year
            AND matched_pairs.years_between = earlier_pools.years_between
            AND matched_pairs.organisation_code = earlier_pools.organisation_code
    WHERE matched_pairs.years_between = 1
),

returns AS (
    SELECT DISTINCT
        collection_year,
        organisation_code,
        collection_year AS return_year,
        organisation_code AS return_code
    FROM steps
    UNION ALL
    SELECT
        collection_year,
        organisation_code,
        collection_year - 1 AS return_year,
        earlier_code AS return_code
    FROM steps
    UNION ALL
    SELECT
        steps.collection_year,
        steps.organisation_code,
        steps.collection_year - 2 AS return_year,
        two_back.earlier_code AS return_code
    FROM steps
    LEFT JOIN steps AS two_back
        ON
            steps.collection_year - 1 = two_back.collection_year
            AND steps.earlier_code = two_back.organisation_code
),

whole AS (
    SELECT
        returns.collection_year,
        returns.organisation_code
    FROM returns
    LEFT JOIN averaged_returns
        ON
            returns.return_year = averaged_returns.collection_year
            AND returns.return_code = averaged_returns.organisation_code
    GROUP BY returns.collection_year, returns.organisation_code
    HAVING COUNT(*) = COUNT(returns.return_code) AND COUNT(averaged_returns.organisation_code) = 0
)

SELECT
    returns.collection_year,
    returns.organisation_code,
    returns.return_year,
    returns.return_code
FROM returns
INNER JOIN whole
    ON
        returns.collection_year = whole.collection_year
        AND returns.organisation_code = whole.organisation_code
