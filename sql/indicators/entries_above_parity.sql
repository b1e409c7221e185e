-- entries_above_parity: how many more BME staff entered than would have at the white likelihood, to 2
-- decimal places.
--
-- One row per row of `levels`: E_bme - H_bme * E_white / H_white; negative when fewer entered; null where
-- either group has no staff. Rounded once, half away from zero, in whole numbers (see `likelihoods`).
WITH fractions AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        numerator >= denominator AS is_above,
        2 * ABS(numerator - denominator) + white_headcount AS dividend,
        CASE WHEN bme_headcount > 0 THEN 2 * NULLIF(white_headcount, 0) END AS divisor
    FROM exact_ratio
)

SELECT
    collection_year,
    level,
    code,
    organisation_group,
    CASE WHEN is_above THEN 0.01 ELSE -0.01 END
    * CAST(ROUND((dividend - MOD(dividend, divisor)) / divisor) AS BIGINT) AS entries_above_parity
FROM fractions
