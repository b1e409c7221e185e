-- goal_members: the organisations of every row of `goals`, each with its own counts and its place.
--
-- One row per basis, collection year, organisation group and organisation with a return. On the basis
-- `organisation` the counts are those of the year's window, on `three_years` those of three years added up.
SELECT
    exact_ratio.level AS basis,
    area_membership.collection_year,
    area_membership.organisation_group,
    area_membership.organisation_code,
    exact_ratio.years_counted,
    exact_ratio.group_headcount,
    exact_ratio.group_hundredths,
    exact_ratio.comparator_headcount,
    exact_ratio.comparator_hundredths,
    exact_ratio.reason_not_calculable,
    four_fifths_band.four_fifths_band
FROM area_membership
INNER JOIN exact_ratio
    ON
        area_membership.collection_year = exact_ratio.collection_year
        AND area_membership.organisation_code = exact_ratio.code
        AND exact_ratio.level IN ('organisation', 'three_years')
        AND exact_ratio.measure = 'relative_likelihood'
INNER JOIN four_fifths_band
    ON
        exact_ratio.collection_year = four_fifths_band.collection_year
        AND exact_ratio.level = four_fifths_band.level
        AND exact_ratio.code = four_fifths_band.code
        AND exact_ratio.measure = four_fifths_band.measure
WHERE area_membership.level = 'national'
