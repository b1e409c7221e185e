-- year_on_year_pairs: the counts in two years of two groups that are compared, side by side.
--
-- One row per row of `year_on_year` and comparison of the later year.
SELECT
    compared.collection_year,
    compared.years_between,
    compared.level,
    compared.code,
    compared.organisation_group,
    comparisons.measure,
    comparisons.ethnic_group,
    compared.headcount AS group_headcount,
    compared.entered_hundredths AS group_entered_hundredths,
    compared.latest_hundredths AS group_latest_hundredths,
    compared.previous_headcount AS previous_group_headcount,
    compared.previous_entered_hundredths AS previous_group_entered_hundredths,
    compared.previous_latest_hundredths AS previous_group_latest_hundredths,
    comparator.headcount AS comparator_headcount,
    comparator.entered_hundredths AS comparator_entered_hundredths,
    comparator.latest_hundredths AS comparator_latest_hundredths,
    comparator.previous_headcount AS previous_comparator_headcount,
    comparator.previous_entered_hundredths AS previous_comparator_entered_hundredths,
    comparator.previous_latest_hundredths AS previous_comparator_latest_hundredths
FROM comparisons
INNER JOIN year_on_year_groups AS compared
    ON
        comparisons.collection_year = compared.collection_year
        AND comparisons.ethnic_group = compared.ethnic_group
INNER JOIN year_on_year_groups AS comparator
    ON
        compared.collection_year = comparator.collection_year
        AND compared.years_between = comparator.years_between
        AND compared.level = comparator.level
        AND compared.code = comparator.code
        AND compared.organisation_group = comparator.organisation_group
        AND comparisons.comparator = comparator.ethnic_group
