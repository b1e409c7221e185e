-- comparison: the nation, regions and types, this year and last, of the same organisations only.
--
-- One row per collection year with the year before in the warehouse, level (national, region,
-- organisation_type), code and organisation group with a matched organisation. Organisations are all those
-- with a return this year, matched or not. Those without a ratio in one of the two years neither fell nor
-- rose nor stayed. `comparison_estimates` comes from
-- pipeline/wres/indicators/statistics/comparison_estimates.py: how many would rise by chance alone, which is
-- given where the two windows share no entries, and the ratio within organisations in both years.
SELECT
    changes.*,
    areas.organisations,
    changes.matched_organisations
    - changes.organisations_ratio_fell
    - changes.organisations_ratio_same
    - changes.organisations_ratio_rose AS organisations_ratio_not_calculable,
    CASE
        WHEN changes.window = 'single_year' AND changes.previous_window = 'single_year'
            THEN 0.1 * comparison_estimates.rate_rose_tenths
    END AS organisations_rate_rose_by_chance,
    CASE
        WHEN changes.window = 'single_year' AND changes.previous_window = 'single_year'
            THEN 0.1 * comparison_estimates.ratio_rose_tenths
    END AS organisations_ratio_rose_by_chance,
    0.01 * comparison_estimates.within_hundredths AS relative_likelihood_within,
    0.01 * comparison_estimates.previous_within_hundredths AS previous_relative_likelihood_within
FROM changes
INNER JOIN areas USING (collection_year, level, code, organisation_group)
LEFT JOIN comparison_estimates USING (collection_year, level, code, organisation_group)
WHERE changes.level <> 'organisation'
