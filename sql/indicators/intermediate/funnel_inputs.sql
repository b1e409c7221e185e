-- funnel_inputs: what an organisation's funnel limits rest on: a count, out of how many, and the share of
-- them that the national value leads one to expect.
--
-- One row per collection year, organisation with a return and measure. Overall: entries of all staff, out of
-- all staff; expected is the national likelihood. Relative: entries of the group, out of those of both groups
-- compared; were the ratio the national one, the group's entries would be to the comparator's as the national
-- ratio times the group's staff to the comparator's. National is the row of the organisation's own group. The
-- expected share is a fraction, null where there is no national value or a group has no staff. Entered and
-- size are in hundredths, and count the events of both years of a two-year average, over twice the staff
-- (person-years).
SELECT
    own.collection_year,
    own.code,
    own.organisation_group,
    'overall_likelihood_percent' AS measure,
    own_ratio.years_counted * own.entered_hundredths AS entered_hundredths,
    own_ratio.years_counted * 100 * own.headcount AS size_hundredths,
    nation.entered_hundredths AS share_numerator,
    NULLIF(100 * nation.headcount, 0) AS share_denominator,
    own_ratio.group_headcount,
    own_ratio.comparator_headcount
FROM group_counts AS own
INNER JOIN exact_ratio AS own_ratio
    ON
        own.collection_year = own_ratio.collection_year
        AND own.level = own_ratio.level
        AND own.code = own_ratio.code
        AND own.organisation_group = own_ratio.organisation_group
        AND own_ratio.measure = 'relative_likelihood'
INNER JOIN group_counts AS nation
    ON
        own.basis = nation.basis
        AND own.collection_year = nation.collection_year
        AND own.organisation_group = nation.organisation_group
        AND own.ethnic_group = nation.ethnic_group
        AND nation.level = 'national'
WHERE own.basis = 'window' AND own.level = 'organisation' AND own.ethnic_group = 'overall'
UNION ALL
SELECT
    own.collection_year,
    own.code,
    own.organisation_group,
    own.measure,
    own.years_counted * own.group_hundredths AS entered_hundredths,
    own.years_counted * (own.group_hundredths + own.comparator_hundredths) AS size_hundredths,
    nation.numerator * own.group_headcount AS share_numerator,
    CASE
        WHEN nation.reason_not_calculable IS NULL AND own.comparator_headcount > 0 AND own.group_headcount > 0
            THEN nation.numerator * own.group_headcount + nation.denominator * own.comparator_headcount
    END AS share_denominator,
    own.group_headcount,
    own.comparator_headcount
FROM exact_ratio AS own
INNER JOIN exact_ratio AS nation
    ON
        own.collection_year = nation.collection_year
        AND own.organisation_group = nation.organisation_group
        AND own.measure = nation.measure
        AND nation.level = 'national'
WHERE own.level = 'organisation' AND own.measure = 'relative_likelihood'
