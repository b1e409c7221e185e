-- significance_members: the organisations of every row that compares two years, each with its own counts.
--
-- One row per basis of a test (twelve_months, three_years), row of `year_on_year`, measure and organisation
-- compared in it, which of an organisation's own row is the organisation itself; counts as in
-- `compared_counts`. The basis `window` is not tested: two windows may share entries.
SELECT
    compared_counts.basis,
    compared_counts.collection_year,
    compared_counts.years_between,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group,
    compared_counts.measure,
    area_membership.organisation_code,
    compared_counts.group_headcount,
    compared_counts.group_hundredths,
    compared_counts.previous_group_headcount,
    compared_counts.previous_group_hundredths,
    compared_counts.comparator_headcount,
    compared_counts.comparator_hundredths,
    compared_counts.previous_comparator_headcount,
    compared_counts.previous_comparator_hundredths
FROM compared_counts
INNER JOIN area_membership
    ON
        compared_counts.collection_year = area_membership.collection_year
        AND compared_counts.code = area_membership.organisation_code
WHERE compared_counts.level = 'organisation' AND compared_counts.basis <> 'window'
