-- likelihoods: the share of staff who entered the formal disciplinary process, as a percentage to 2 decimal
-- places.
--
-- One row per row of `pooled_counts`; null for a group without staff. `overall` takes in staff of unknown
-- ethnicity. Rounded once, half away from zero, in whole numbers: n / d rounds to (2n + d) / 2d without its
-- remainder. Entered in hundredths times 100, over headcount, is the percentage in hundredths.
WITH counted AS (
    SELECT
        *,
        white_headcount + bme_headcount + unknown_headcount AS headcount,
        white_hundredths + bme_hundredths + unknown_hundredths AS hundredths
    FROM pooled_counts
),

fractions AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        200 * white_hundredths + white_headcount AS white_dividend,
        NULLIF(2 * white_headcount, 0) AS white_divisor,
        200 * bme_hundredths + bme_headcount AS bme_dividend,
        NULLIF(2 * bme_headcount, 0) AS bme_divisor,
        200 * hundredths + headcount AS overall_dividend,
        NULLIF(2 * headcount, 0) AS overall_divisor
    FROM counted
)

SELECT
    collection_year,
    level,
    code,
    organisation_group,
    0.01
    * CAST(ROUND((white_dividend - MOD(white_dividend, white_divisor)) / white_divisor) AS BIGINT)
        AS white_likelihood_percent,
    0.01
    * CAST(ROUND((bme_dividend - MOD(bme_dividend, bme_divisor)) / bme_divisor) AS BIGINT)
        AS bme_likelihood_percent,
    0.01
    * CAST(ROUND((overall_dividend - MOD(overall_dividend, overall_divisor)) / overall_divisor) AS BIGINT)
        AS overall_likelihood_percent
FROM fractions
