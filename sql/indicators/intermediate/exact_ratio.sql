-- exact_ratio: each relative likelihood by the window of its year, as a fraction of two whole numbers.
--
-- One row per row of `areas` and comparison of two groups: those of `group_ratios` on the basis `window`.
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    measure,
    ethnic_group,
    comparator,
    group_headcount,
    group_hundredths,
    comparator_headcount,
    comparator_hundredths,
    years_counted,
    numerator,
    denominator,
    reason_not_calculable
FROM group_ratios
WHERE basis = 'window'
