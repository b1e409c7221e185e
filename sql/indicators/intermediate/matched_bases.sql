-- matched_bases: on which bases an organisation's two years can be compared.
--
-- One row per row of `matched_pairs` and basis (see `return_counts`) on which every return of both years has
-- counts. Three years are compared with the three before them, so that the two windows share no entries.
WITH known AS (
    SELECT DISTINCT
        basis,
        collection_year,
        organisation_code
    FROM return_counts
)

SELECT
    known.basis,
    matched_returns.collection_year,
    matched_returns.years_between,
    matched_returns.organisation_code
FROM matched_returns
INNER JOIN known
    ON
        matched_returns.return_year = known.collection_year
        AND matched_returns.return_code = known.organisation_code
INNER JOIN matched_pairs
    ON
        matched_returns.collection_year = matched_pairs.collection_year
        AND matched_returns.years_between = matched_pairs.years_between
        AND matched_returns.organisation_code = matched_pairs.organisation_code
WHERE known.basis <> 'three_years' OR matched_returns.years_between = 3
GROUP BY
    known.basis,
    matched_returns.collection_year,
    matched_returns.years_between,
    matched_returns.organisation_code
HAVING COUNT(*) = MAX(matched_pairs.previous_organisations) + 1
