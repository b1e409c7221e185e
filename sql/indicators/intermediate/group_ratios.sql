-- group_ratios: each relative likelihood as a fraction of two whole numbers, or the reason why there is none.
--
-- One row per row of `group_counts` that is compared with another, with the counts of both. (E_group /
-- H_group) / (E_comparator / H_comparator) is numerator over denominator. The reason is the first that
-- applies. No entries of the group with some of the comparator is a ratio of zero. Years counted: how many
-- years' events the entries are the mean of; what allows for chance counts the events of all of them, over
-- as many person-years.
SELECT
    compared.basis,
    compared.collection_year,
    compared.level,
    compared.code,
    compared.organisation_group,
    comparisons.measure,
    comparisons.ethnic_group,
    comparisons.comparator,
    compared.headcount AS group_headcount,
    compared.entered_hundredths AS group_hundredths,
    comparator.headcount AS comparator_headcount,
    comparator.entered_hundredths AS comparator_hundredths,
    CASE
        WHEN collections.window = 'two_year_average' AND compared.basis = 'window' THEN 2
        ELSE 1
    END AS years_counted,
    compared.entered_hundredths * comparator.headcount AS numerator,
    comparator.entered_hundredths * compared.headcount AS denominator,
    CASE
        WHEN comparator.headcount = 0 THEN CONCAT('no_', comparisons.comparator, '_staff')
        WHEN compared.headcount = 0 THEN CONCAT('no_', comparisons.ethnic_group, '_staff')
        WHEN comparator.entered_hundredths = 0 THEN CONCAT('no_', comparisons.comparator, '_entries')
    END AS reason_not_calculable
FROM comparisons
INNER JOIN group_counts AS compared
    ON
        comparisons.collection_year = compared.collection_year
        AND comparisons.ethnic_group = compared.ethnic_group
INNER JOIN group_counts AS comparator
    ON
        compared.basis = comparator.basis
        AND compared.collection_year = comparator.collection_year
        AND compared.level = comparator.level
        AND compared.code = comparator.code
        AND compared.organisation_group = comparator.organisation_group
        AND comparisons.comparator = comparator.ethnic_group
INNER JOIN collections ON compared.collection_year = collections.collection_year
