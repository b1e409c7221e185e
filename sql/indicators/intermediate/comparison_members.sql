-- comparison_members: the organisations of every pooled row that compares a year with the one before, each
-- with its counts of both, by the window of each year.
--
-- One row per pooled row of `year_on_year` one year apart and organisation compared in it: all staff, and the
-- two groups of the relative likelihood.
SELECT
    area_membership.collection_year,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group,
    area_membership.organisation_code,
    overall.group_headcount AS headcount,
    overall.group_hundredths AS entered_hundredths,
    overall.previous_group_headcount AS previous_headcount,
    overall.previous_group_hundredths AS previous_entered_hundredths,
    ratio.group_headcount,
    ratio.group_hundredths AS group_entered_hundredths,
    ratio.previous_group_headcount,
    ratio.previous_group_hundredths AS previous_group_entered_hundredths,
    ratio.comparator_headcount,
    ratio.comparator_hundredths AS comparator_entered_hundredths,
    ratio.previous_comparator_headcount,
    ratio.previous_comparator_hundredths AS previous_comparator_entered_hundredths
FROM area_membership
INNER JOIN compared_counts AS ratio
    ON
        area_membership.collection_year = ratio.collection_year
        AND area_membership.organisation_code = ratio.code
        AND ratio.measure = 'relative_likelihood'
INNER JOIN compared_counts AS overall
    ON
        ratio.basis = overall.basis
        AND ratio.collection_year = overall.collection_year
        AND ratio.years_between = overall.years_between
        AND ratio.level = overall.level
        AND ratio.code = overall.code
        AND overall.measure = 'overall_likelihood_percent'
WHERE
    area_membership.level <> 'organisation'
    AND ratio.level = 'organisation'
    AND ratio.basis = 'window'
    AND ratio.years_between = 1
