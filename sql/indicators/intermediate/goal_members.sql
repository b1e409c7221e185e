-- goal_members: the organisations of every row of `goals`, each with its own counts and its place.
--
-- One row per basis, collection year, organisation group and organisation with a return. On the basis
-- `window` the counts are those of the year's window, on `three_years` those of three years added up.
SELECT
    group_ratios.basis,
    area_membership.collection_year,
    area_membership.organisation_group,
    area_membership.organisation_code,
    group_ratios.years_counted,
    group_ratios.group_headcount,
    group_ratios.group_hundredths,
    group_ratios.comparator_headcount,
    group_ratios.comparator_hundredths,
    group_ratios.reason_not_calculable,
    four_fifths_band.four_fifths_band
FROM area_membership
INNER JOIN group_ratios
    ON
        area_membership.collection_year = group_ratios.collection_year
        AND area_membership.organisation_code = group_ratios.code
        AND group_ratios.level = 'organisation'
        AND group_ratios.basis IN ('window', 'three_years')
        AND group_ratios.measure = 'relative_likelihood'
INNER JOIN four_fifths_band
    ON
        group_ratios.basis = four_fifths_band.basis
        AND group_ratios.collection_year = four_fifths_band.collection_year
        AND group_ratios.level = four_fifths_band.level
        AND group_ratios.code = four_fifths_band.code
        AND group_ratios.measure = four_fifths_band.measure
WHERE area_membership.level = 'national'
