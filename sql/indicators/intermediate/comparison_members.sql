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
    overall.headcount,
    overall.entered_hundredths,
    overall.previous_headcount,
    overall.previous_entered_hundredths,
    year_on_year_pairs.group_headcount,
    year_on_year_pairs.group_entered_hundredths,
    year_on_year_pairs.previous_group_headcount,
    year_on_year_pairs.previous_group_entered_hundredths,
    year_on_year_pairs.comparator_headcount,
    year_on_year_pairs.comparator_entered_hundredths,
    year_on_year_pairs.previous_comparator_headcount,
    year_on_year_pairs.previous_comparator_entered_hundredths
FROM area_membership
INNER JOIN year_on_year_pairs
    ON
        area_membership.collection_year = year_on_year_pairs.collection_year
        AND area_membership.organisation_code = year_on_year_pairs.code
        AND year_on_year_pairs.level = 'organisation'
        AND year_on_year_pairs.years_between = 1
        AND year_on_year_pairs.measure = 'relative_likelihood'
INNER JOIN year_on_year_groups AS overall
    ON
        area_membership.collection_year = overall.collection_year
        AND area_membership.organisation_code = overall.code
        AND overall.level = 'organisation'
        AND overall.years_between = 1
        AND overall.ethnic_group = 'overall'
WHERE area_membership.level <> 'organisation'
