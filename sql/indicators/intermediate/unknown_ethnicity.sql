-- unknown_ethnicity: what the relative likelihood would be, were the ethnicity of everybody known.
--
-- One row per row of `areas`, with a column for each way to assign the unknown: all staff and entries to the
-- comparator, or all to the group; and the two extreme mixes, the lowest with unknown staff of the group and
-- unknown entries of the comparator, the highest the other way round. To 2 decimal places, rounded once
-- (see `likelihoods`); null where there is no ratio.
WITH assignments AS (
    SELECT
        'comparator' AS unknown_as,
        FALSE AS staff_to_group,
        FALSE AS entries_to_group
    UNION ALL
    SELECT
        'group' AS unknown_as,
        TRUE AS staff_to_group,
        TRUE AS entries_to_group
    UNION ALL
    SELECT
        'lowest' AS unknown_as,
        TRUE AS staff_to_group,
        FALSE AS entries_to_group
    UNION ALL
    SELECT
        'highest' AS unknown_as,
        FALSE AS staff_to_group,
        TRUE AS entries_to_group
),

known AS (
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
            AND group_counts.basis = 'window'
    INNER JOIN ethnic_groups
        ON
            group_counts.collection_year = ethnic_groups.collection_year
            AND group_counts.ethnic_group = ethnic_groups.ethnic_group
            AND NOT ethnic_groups.is_known
    WHERE exact_ratio.measure = 'relative_likelihood'
),

assigned AS (
    SELECT
        known.collection_year,
        known.level,
        known.code,
        known.organisation_group,
        assignments.unknown_as,
        known.group_headcount
        + CASE WHEN assignments.staff_to_group THEN known.unknown_headcount ELSE 0 END AS group_headcount,
        known.group_hundredths
        + CASE WHEN assignments.entries_to_group THEN known.unknown_hundredths ELSE 0 END
            AS group_hundredths,
        known.comparator_headcount
        + CASE WHEN assignments.staff_to_group THEN 0 ELSE known.unknown_headcount END
            AS comparator_headcount,
        known.comparator_hundredths
        + CASE WHEN assignments.entries_to_group THEN 0 ELSE known.unknown_hundredths END
            AS comparator_hundredths
    FROM known
    CROSS JOIN assignments
),

fractions AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        unknown_as,
        200 * group_hundredths * comparator_headcount + group_headcount * comparator_hundredths AS dividend,
        CASE WHEN comparator_headcount > 0 THEN NULLIF(2 * group_headcount * comparator_hundredths, 0) END
            AS divisor
    FROM assigned
),

ratios AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        unknown_as,
        0.01 * CAST(ROUND((dividend - MOD(dividend, divisor)) / divisor) AS BIGINT) AS relative_likelihood
    FROM fractions
)

SELECT
    collection_year,
    level,
    code,
    organisation_group,
    MAX(CASE WHEN unknown_as = 'comparator' THEN relative_likelihood END)
        AS relative_likelihood_unknown_white,
    MAX(CASE WHEN unknown_as = 'group' THEN relative_likelihood END) AS relative_likelihood_unknown_bme,
    MAX(CASE WHEN unknown_as = 'lowest' THEN relative_likelihood END) AS relative_likelihood_unknown_lowest,
    MAX(CASE WHEN unknown_as = 'highest' THEN relative_likelihood END)
        AS relative_likelihood_unknown_highest
FROM ratios
GROUP BY collection_year, level, code, organisation_group
