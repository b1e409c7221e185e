-- pooled_members: the organisations of every pooled row, each with its own counts.
--
-- One row per collection year, pooled row (nation, region, type) and organisation with a return in it. What
-- pools ratios within organisations, or asks how much organisations differ, rests on this.
SELECT
    area_membership.collection_year,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group,
    area_membership.organisation_code,
    exact_ratio.years_counted,
    exact_ratio.group_headcount,
    exact_ratio.group_hundredths,
    exact_ratio.comparator_headcount,
    exact_ratio.comparator_hundredths,
    exact_ratio.reason_not_calculable
FROM area_membership
INNER JOIN exact_ratio
    ON
        area_membership.collection_year = exact_ratio.collection_year
        AND area_membership.organisation_code = exact_ratio.code
        AND exact_ratio.level = 'organisation'
        AND exact_ratio.measure = 'relative_likelihood'
WHERE area_membership.level <> 'organisation'
