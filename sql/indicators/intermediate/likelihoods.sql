-- likelihoods: the share of staff who entered the formal disciplinary process, as a percentage to 2 decimal
-- places.
--
-- One row per row of `group_counts`; null for a group without staff. Rounded once, half away from zero, in
-- whole numbers: n / d rounds to (2n + d) / 2d without its remainder. Entered in hundredths times 100, over
-- headcount, is the percentage in hundredths.
WITH fractions AS (
    SELECT
        basis,
        collection_year,
        level,
        code,
        organisation_group,
        ethnic_group,
        200 * entered_hundredths + headcount AS dividend,
        NULLIF(2 * headcount, 0) AS divisor
    FROM group_counts
)

SELECT
    basis,
    collection_year,
    level,
    code,
    organisation_group,
    ethnic_group,
    0.01 * CAST(ROUND((dividend - MOD(dividend, divisor)) / divisor) AS BIGINT) AS likelihood_percent
FROM fractions
