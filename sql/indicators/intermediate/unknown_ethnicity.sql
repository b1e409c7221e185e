-- unknown_ethnicity: what the relative likelihood would be, were the ethnicity of everybody known.
--
-- One row per row of `areas`: were all staff and entries of unknown ethnicity white, or all BME; and
-- the two extreme mixes, the lowest with unknown staff BME and unknown entries white, the highest the other
-- way round. To 2 decimal places, rounded once (see `likelihoods`); null where there is no ratio.
WITH known AS (
    SELECT
        exact_ratio.collection_year,
        exact_ratio.level,
        exact_ratio.code,
        exact_ratio.organisation_group,
        exact_ratio.group_headcount AS bme_headcount,
        exact_ratio.group_hundredths AS bme_hundredths,
        exact_ratio.comparator_headcount AS white_headcount,
        exact_ratio.comparator_hundredths AS white_hundredths,
        group_counts.headcount AS unknown_headcount,
        group_counts.entered_hundredths AS unknown_hundredths
    FROM exact_ratio
    INNER JOIN group_counts
        ON
            exact_ratio.collection_year = group_counts.collection_year
            AND exact_ratio.level = group_counts.level
            AND exact_ratio.code = group_counts.code
            AND exact_ratio.organisation_group = group_counts.organisation_group
            AND group_counts.ethnic_group = 'unknown'
    WHERE exact_ratio.measure = 'relative_likelihood'
),

fractions AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        bme_hundredths * (white_headcount + unknown_headcount) AS white_numerator,
        CASE
            WHEN white_headcount + unknown_headcount > 0
                THEN bme_headcount * (white_hundredths + unknown_hundredths)
            ELSE 0
        END AS white_denominator,
        (bme_hundredths + unknown_hundredths) * white_headcount AS bme_numerator,
        CASE WHEN white_headcount > 0 THEN (bme_headcount + unknown_headcount) * white_hundredths ELSE 0 END
            AS bme_denominator,
        bme_hundredths * white_headcount AS lowest_numerator,
        CASE
            WHEN white_headcount > 0
                THEN (bme_headcount + unknown_headcount) * (white_hundredths + unknown_hundredths)
            ELSE 0
        END AS lowest_denominator,
        (bme_hundredths + unknown_hundredths) * (white_headcount + unknown_headcount) AS highest_numerator,
        CASE WHEN white_headcount + unknown_headcount > 0 THEN bme_headcount * white_hundredths ELSE 0 END
            AS highest_denominator
    FROM known
),

rounded AS (
    SELECT
        *,
        200 * white_numerator + white_denominator AS white_dividend,
        NULLIF(2 * white_denominator, 0) AS white_divisor,
        200 * bme_numerator + bme_denominator AS bme_dividend,
        NULLIF(2 * bme_denominator, 0) AS bme_divisor,
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
    0.01 * CAST(ROUND((white_dividend - MOD(white_dividend, white_divisor)) / white_divisor) AS BIGINT)
        AS relative_likelihood_unknown_white,
    0.01 * CAST(ROUND((bme_dividend - MOD(bme_dividend, bme_divisor)) / bme_divisor) AS BIGINT)
        AS relative_likelihood_unknown_bme,
    0.01 * CAST(ROUND((lowest_dividend - MOD(lowest_dividend, lowest_divisor)) / lowest_divisor) AS BIGINT)
        AS relative_likelihood_unknown_lowest,
    0.01
    * CAST(ROUND((highest_dividend - MOD(highest_dividend, highest_divisor)) / highest_divisor) AS BIGINT)
        AS relative_likelihood_unknown_highest
FROM rounded
