-- year_on_year_fractions: each measure of two years as a fraction of two whole numbers.
--
-- One row per row of `compared_counts`. A likelihood's fraction is its percentage, since entries are in
-- hundredths. Of a ratio, a part is null where a group has no staff. A denominator of zero means that there
-- is no figure.
SELECT
    basis,
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
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
FROM compared_counts
