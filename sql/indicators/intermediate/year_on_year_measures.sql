-- year_on_year_measures: the figures of two years, to 2 decimal places, and how far they are apart.
--
-- One row per row of `year_on_year_fractions`. Null where a year has no figure; the change ratio also where
-- the earlier figure is zero. Direction, and whether the later figure is nearer to 1 (as a ratio: 2 and 0.5
-- are as far), are judged on the exact fractions; a figure with zero below and something above the line
-- counts as beyond all others. Rounded once, half away from zero, in whole numbers (see `likelihoods`).
WITH fractions AS (
    SELECT
        *,
        200 * numerator + denominator AS dividend,
        NULLIF(2 * denominator, 0) AS divisor,
        200 * previous_numerator + previous_denominator AS previous_dividend,
        NULLIF(2 * previous_denominator, 0) AS previous_divisor,
        numerator * previous_denominator AS cross_product,
        previous_numerator * denominator AS previous_cross_product,
        numerator + denominator > 0
        AND previous_numerator + previous_denominator > 0
        AND (is_ratio OR denominator * previous_denominator > 0) AS can_move,
        CASE WHEN numerator < denominator THEN numerator ELSE denominator END AS lesser,
        CASE WHEN numerator < denominator THEN denominator ELSE numerator END AS greater,
        CASE
            WHEN previous_numerator < previous_denominator THEN previous_numerator ELSE previous_denominator
        END AS previous_lesser,
        CASE
            WHEN previous_numerator < previous_denominator THEN previous_denominator ELSE previous_numerator
        END AS previous_greater
    FROM year_on_year_fractions
),

changes AS (
    SELECT
        *,
        200 * ABS(cross_product - previous_cross_product) + denominator * previous_denominator
            AS change_dividend,
        NULLIF(2 * denominator * previous_denominator, 0) AS change_divisor,
        200 * cross_product + previous_cross_product AS change_ratio_dividend,
        CASE
            WHEN denominator > 0 AND previous_denominator > 0 THEN NULLIF(2 * previous_cross_product, 0)
        END AS change_ratio_divisor
    FROM fractions
)

SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    basis,
    measure,
    ethnic_group,
    is_ratio,
    0.01 * CAST(ROUND((dividend - MOD(dividend, divisor)) / divisor) AS BIGINT) AS figure,
    0.01
    * CAST(ROUND((previous_dividend - MOD(previous_dividend, previous_divisor)) / previous_divisor) AS BIGINT)
        AS previous_figure,
    CASE WHEN cross_product >= previous_cross_product THEN 0.01 ELSE -0.01 END
    * CAST(ROUND((change_dividend - MOD(change_dividend, change_divisor)) / change_divisor) AS BIGINT)
        AS difference,
    0.01
    * CAST(
        ROUND(
            (change_ratio_dividend - MOD(change_ratio_dividend, change_ratio_divisor)) / change_ratio_divisor
        )
        AS BIGINT
    ) AS change_ratio,
    CASE
        WHEN NOT can_move THEN NULL
        WHEN cross_product < previous_cross_product THEN 'fell'
        WHEN cross_product > previous_cross_product THEN 'rose'
        WHEN can_move THEN 'same'
    END AS direction,
    CASE
        WHEN NOT can_move THEN NULL
        WHEN greater * previous_lesser < previous_greater * lesser THEN 'nearer'
        WHEN greater * previous_lesser > previous_greater * lesser THEN 'farther'
        WHEN can_move THEN 'as_far'
    END AS from_equal
FROM changes
