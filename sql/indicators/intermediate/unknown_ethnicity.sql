-- unknown_ethnicity: what the relative likelihood would be, were the ethnicity of everybody known.
--
-- One row per row of `areas`: were all staff and entries of unknown ethnicity of the comparator (white), or
-- all of the group (BME); and the two extreme mixes, the lowest with unknown staff of the group and unknown
-- entries of the comparator, the highest the other way round. To 2 decimal places, rounded once (see
-- `likelihoods`); null where there is no ratio.
WITH known AS (
    SELECT
        exact_ratio.collection_year,
        exact_ratio.level,
        exact_ratio.code,
        exact_ratio.organisation_group,
        exact_ratio.group_headcount,
        exact_ratio.group_hundredths,
        exact_ratio.comparator_headcount,
        exact_ratio.comparator_hundredths,
        group_counts.headcount AS unknown_headcount,
        group_counts.entered_hundredths AS unknown_hundredths
    FROM exact_ratio
    INNER JOIN group_counts
        ON
            exact_ratio.collection_year = group_counts.collection_year
            AND exact_ratio.level = group_counts.level
            AND exact_ratio.code = group_counts.code
            AND exact_ratio.organisation_group = group_counts.organisation_group
    INNER JOIN ethnic_groups
        ON
            group_counts.collection_year = ethnic_groups.collection_year
            AND group_counts.ethnic_group = ethnic_groups.ethnic_group
            AND NOT ethnic_groups.is_known
    WHERE exact_ratio.measure = 'relative_likelihood'
),

fractions AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        group_hundredths * (comparator_headcount + unknown_headcount) AS comparator_numerator,
        CASE
            WHEN comparator_headcount + unknown_headcount > 0
                THEN group_headcount * (comparator_hundredths + unknown_hundredths)
            ELSE 0
        END AS comparator_denominator,
        (group_hundredths + unknown_hundredths) * comparator_headcount AS group_numerator,
        CASE
            WHEN comparator_headcount > 0
                THEN (group_headcount + unknown_headcount) * comparator_hundredths
            ELSE 0
        END AS group_denominator,
        group_hundredths * comparator_headcount AS lowest_numerator,
        CASE
            WHEN comparator_headcount > 0
                THEN (group_headcount + unknown_headcount) * (comparator_hundredths + unknown_hundredths)
            ELSE 0
        END AS lowest_denominator,
        (group_hundredths + unknown_hundredths) * (comparator_headcount + unknown_headcount)
            AS highest_numerator,
        CASE
            WHEN comparator_headcount + unknown_headcount > 0
                THEN group_headcount * comparator_hundredths
            ELSE 0
        END AS highest_denominator
    FROM known
),

rounded AS (
    SELECT
        *,
        200 * comparator_numerator + comparator_denominator AS comparator_dividend,
        NULLIF(2 * comparator_denominator, 0) AS comparator_divisor,
        200 * group_numerator + group_denominator AS group_dividend,
        NULLIF(2 * group_denominator, 0) AS group_divisor,
        200 * lowest_numerator + lowest_denominator AS lowest_dividend,
        NULLIF(2 * lowest_denominator, 0) AS lowest_divisor,
        200 * highest_numerator + highest_denominator AS highest_dividend,
        NULLIF(2 * highest_denominator, 0) AS highest_divisor
    FROM fractions
)

SELECT
    collection_year,
    level,
    code,
    organisation_group,
    0.01
    * CAST(
        ROUND((comparator_dividend - MOD(comparator_dividend, comparator_divisor)) / comparator_divisor)
        AS BIGINT
    ) AS relative_likelihood_unknown_white,
    0.01 * CAST(ROUND((group_dividend - MOD(group_dividend, group_divisor)) / group_divisor) AS BIGINT)
        AS relative_likelihood_unknown_bme,
    0.01 * CAST(ROUND((lowest_dividend - MOD(lowest_dividend, lowest_divisor)) / lowest_divisor) AS BIGINT)
        AS relative_likelihood_unknown_lowest,
    0.01
    * CAST(ROUND((highest_dividend - MOD(highest_dividend, highest_divisor)) / highest_divisor) AS BIGINT)
        AS relative_likelihood_unknown_highest
FROM rounded
