-- year_on_year_fractions: each measure of two years as a fraction of two whole numbers.
--
-- One row per row of `year_on_year`, basis and measure. On the basis `window`, entries are those of each
-- year's window, and there is a likelihood of every group and every ratio; on `twelve_months` entries are
-- those of the twelve months to the snapshot alone, and there is the overall likelihood and every ratio. A
-- likelihood's fraction is its percentage, since entries are in hundredths. Of a ratio, a part is null where
-- a group has no staff. A denominator of zero means that there is no figure.
SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    'window' AS basis,
    CONCAT(ethnic_group, '_likelihood_percent') AS measure,
    ethnic_group,
    FALSE AS is_ratio,
    entered_hundredths AS numerator,
    headcount AS denominator,
    previous_entered_hundredths AS previous_numerator,
    previous_headcount AS previous_denominator
FROM year_on_year_groups
UNION ALL
SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    'twelve_months' AS basis,
    CONCAT(ethnic_group, '_likelihood_percent') AS measure,
    ethnic_group,
    FALSE AS is_ratio,
    latest_hundredths AS numerator,
    headcount AS denominator,
    previous_latest_hundredths AS previous_numerator,
    previous_headcount AS previous_denominator
FROM year_on_year_groups
WHERE ethnic_group = 'overall'
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
    TRUE AS is_ratio,
    CASE WHEN comparator_headcount > 0 THEN group_entered_hundredths * comparator_headcount END AS numerator,
    CASE WHEN group_headcount > 0 THEN comparator_entered_hundredths * group_headcount END AS denominator,
    CASE
        WHEN previous_comparator_headcount > 0
            THEN previous_group_entered_hundredths * previous_comparator_headcount
    END AS previous_numerator,
    CASE
        WHEN previous_group_headcount > 0
            THEN previous_comparator_entered_hundredths * previous_group_headcount
    END AS previous_denominator
FROM year_on_year_pairs
UNION ALL
SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    'twelve_months' AS basis,
    measure,
    ethnic_group,
    TRUE AS is_ratio,
    CASE WHEN comparator_headcount > 0 THEN group_latest_hundredths * comparator_headcount END AS numerator,
    CASE WHEN group_headcount > 0 THEN comparator_latest_hundredths * group_headcount END AS denominator,
    CASE
        WHEN previous_comparator_headcount > 0
            THEN previous_group_latest_hundredths * previous_comparator_headcount
    END AS previous_numerator,
    CASE
        WHEN previous_group_headcount > 0
            THEN previous_comparator_latest_hundredths * previous_group_headcount
    END AS previous_denominator
FROM year_on_year_pairs
