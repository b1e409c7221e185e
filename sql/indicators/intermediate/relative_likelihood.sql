-- relative_likelihood: the likelihood of one group over that of another, to 2 decimal places.
--
-- One row per row of `group_ratios`; null where it cannot be calculated. Rounded once, half away from zero,
-- in whole numbers (see `likelihoods`).
WITH fractions AS (
    SELECT
        basis,
        collection_year,
        level,
        code,
        organisation_group,
        measure,
        200 * numerator + denominator AS dividend,
        CASE WHEN reason_not_calculable IS NULL THEN 2 * denominator END AS divisor
    FROM group_ratios
)

SELECT
    basis,
    collection_year,
    level,
    code,
    organisation_group,
    measure,
    0.01 * CAST(ROUND((dividend - MOD(dividend, divisor)) / divisor) AS BIGINT) AS relative_likelihood
FROM fractions
