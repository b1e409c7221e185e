-- compared_counts: the counts of two years that each figure rests on.
--
-- One row per basis, row of `year_on_year` and measure: a group's likelihood, without a comparator, and every
-- ratio of two groups of the later year. On the basis `window` there is the likelihood of every group, on
-- the others, which are tested, that of all staff.
SELECT
    basis,
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
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
WHERE basis = 'window' OR ethnic_group = 'overall'
UNION ALL
SELECT
    compared.basis,
    compared.collection_year,
    compared.years_between,
    compared.level,
    compared.code,
    compared.organisation_group,
    comparisons.measure,
    comparisons.ethnic_group,
    compared.headcount AS group_headcount,
    compared.entered_hundredths AS group_hundredths,
    compared.previous_headcount AS previous_group_headcount,
    compared.previous_entered_hundredths AS previous_group_hundredths,
    comparator.headcount AS comparator_headcount,
    comparator.entered_hundredths AS comparator_hundredths,
    comparator.previous_headcount AS previous_comparator_headcount,
    comparator.previous_entered_hundredths AS previous_comparator_hundredths
FROM comparisons
INNER JOIN year_on_year_groups AS compared
    ON
        comparisons.collection_year = compared.collection_year
        AND comparisons.ethnic_group = compared.ethnic_group
INNER JOIN year_on_year_groups AS comparator
    ON
        compared.basis = comparator.basis
        AND compared.collection_year = comparator.collection_year
        AND compared.years_between = comparator.years_between
        AND compared.level = comparator.level
        AND compared.code = comparator.code
        AND compared.organisation_group = comparator.organisation_group
        AND comparisons.comparator = comparator.ethnic_group
