-- year_on_year_fractions: each measure of two years as a fraction of two whole numbers.
--
-- One row per row of `year_on_year`, basis and measure. On the basis `window`, entries are those of each
-- year's window, and there is a likelihood of every group and every ratio. On `twelve_months` they are those
-- of the twelve months to the snapshot alone, on `three_years` those of three years up to each, both of the
-- organisations of `tested_counts`, and there is the overall likelihood and every ratio. A likelihood's
-- fraction is its percentage, since entries are in hundredths. Of a ratio, a part is null where a group has
-- no staff. A denominator of zero means that there is no figure.
WITH counted AS (
    SELECT
        collection_year,
        years_between,
        level,
        code,
        organisation_group,
        'window' AS basis,
        CONCAT(ethnic_group, '_likelihood_percent') AS measure,
        ethnic_group,
        headcount AS group_headcount,
        entered_hundredths AS group_hundredths,
        previous_headcount AS previous_group_headcount,
        previous_entered_hundredths AS previous_group_hundredths,
        CAST(NULL AS DECIMAL(38, 0)) AS comparator_headcount,
        CAST(NULL AS DECIMAL(38, 0)) AS comparator_hundredths,
        CAST(NULL AS DECIMAL(38, 0)) AS previous_comparator_headcount,
        CAST(NULL AS DECIMAL(38, 0)) AS previous_comparator_hundredths
    FROM year_on_year_groups
    UNION ALL
    SELECT
        collection_year,
        years_between,
        level,
        code,
        organisation_group,
        'window' AS basis,
        measure,
        ethnic_group,
        group_headcount,
        group_entered_hundredths AS group_hundredths,
        previous_group_headcount,
        previous_group_entered_hundredths AS previous_group_hundredths,
        comparator_headcount,
        comparator_entered_hundredths AS comparator_hundredths,
        previous_comparator_headcount,
        previous_comparator_entered_hundredths AS previous_comparator_hundredths
    FROM year_on_year_pairs
    UNION ALL
    SELECT
        collection_year,
        years_between,
        level,
        code,
        organisation_group,
        basis,
        measure,
        '' AS ethnic_group,
        group_headcount,
        group_hundredths,
        previous_group_headcount,
        previous_group_hundredths,
        comparator_headcount,
        comparator_hundredths,
        previous_comparator_headcount,
        previous_comparator_hundredths
    FROM tested_counts
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
    comparator_headcount IS NOT NULL AS is_ratio,
    CASE
        WHEN comparator_headcount IS NULL THEN group_hundredths
        WHEN comparator_headcount > 0 THEN group_hundredths * comparator_headcount
    END AS numerator,
    CASE
        WHEN comparator_headcount IS NULL THEN group_headcount
        WHEN group_headcount > 0 THEN comparator_hundredths * group_headcount
    END AS denominator,
    CASE
        WHEN previous_comparator_headcount IS NULL THEN previous_group_hundredths
        WHEN previous_comparator_headcount > 0 THEN previous_group_hundredths * previous_comparator_headcount
    END AS previous_numerator,
    CASE
        WHEN previous_comparator_headcount IS NULL THEN previous_group_headcount
        WHEN previous_group_headcount > 0 THEN previous_comparator_hundredths * previous_group_headcount
    END AS previous_denominator
FROM counted
