-- three_year_returns: which returns make up three years of each organisation.
--
-- One row per collection year, organisation and return that counts in its three years up to this one, each
-- by its own year: its own return and those of all that it was made of in the two years before, mergers
-- followed year by year. Only organisations whose returns here were all accepted, count in no other
-- organisation (see `matched_pairs`) and have whole people among the entries of their twelve months.
WITH steps AS (
    SELECT
        collection_year,
        organisation_code,
        side,
        return_year,
        return_code
    FROM matched_returns
    WHERE years_between = 1
),

returns AS (
    SELECT
        collection_year,
        organisation_code,
        return_year,
        return_code
    FROM steps
    UNION ALL
    SELECT
        steps.collection_year,
        steps.organisation_code,
        steps.collection_year - 2 AS return_year,
        two_back.return_code
    FROM steps
    LEFT JOIN steps AS two_back
        ON
            steps.return_year = two_back.collection_year
            AND steps.return_code = two_back.organisation_code
            AND two_back.side = 'before'
    WHERE steps.side = 'before'
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
