-- entries_above_parity: how many more people entered, in the group that enters more often, than would have
-- at the likelihood of the other group, to 2 decimal places, with the bounds that the interval of the ratio
-- gives.
--
-- One row per row of `exact_ratio`. Ratio of 1 or more: E_group - H_group * E_comparator / H_comparator, of
-- the group. Below 1: E_comparator - H_comparator * E_group / H_group, of the comparator. Null where the
-- ratio cannot be calculated. Rounded once, half away from zero, in whole numbers (see `likelihoods`). The
-- bounds come from pipeline/wres/indicators.
WITH fractions AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        measure,
        2 * ABS(numerator - denominator)
        + CASE WHEN numerator >= denominator THEN comparator_headcount ELSE group_headcount END AS dividend,
        CASE
            WHEN reason_not_calculable IS NULL
                THEN 2 * CASE WHEN numerator >= denominator THEN comparator_headcount ELSE group_headcount END
        END AS divisor
    FROM exact_ratio
)

SELECT
    fractions.collection_year,
    fractions.level,
    fractions.code,
    fractions.organisation_group,
    fractions.measure,
    0.01 * CAST(
        ROUND((fractions.dividend - MOD(fractions.dividend, fractions.divisor)) / fractions.divisor) AS BIGINT
    ) AS entries_above_parity,
    0.01 * intervals.parity_lower_hundredths AS entries_above_parity_lower,
    0.01 * intervals.parity_upper_hundredths AS entries_above_parity_upper
FROM fractions
INNER JOIN intervals USING (collection_year, level, code, organisation_group, measure)
