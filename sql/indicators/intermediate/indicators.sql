-- indicators: every row of `areas` with its measures: the columns that the published tables share.
--
-- `indicators_by_group` has the columns of the ethnic groups that tables.toml names, from `group_measures`.
-- `intervals` comes from pipeline/wres/indicators/statistics/score_interval.py: SQL has no root finder.
-- Bounds are in hundredths, and both they and differs_from_equal are null where the ratio cannot be
-- calculated.
SELECT
    areas.name,
    collections.window,
    areas.organisations,
    indicators_by_group.*,
    relative_likelihood.relative_likelihood,
    0.01 * intervals.lower_hundredths AS relative_likelihood_lower,
    0.01 * intervals.upper_hundredths AS relative_likelihood_upper,
    four_fifths_band.four_fifths_band AS range,
    exact_ratio.reason_not_calculable,
    intervals.differs_from_equal,
    reliability.reliability,
    entries_above_parity.entries_above_parity,
    excess.excess_group,
    excess.excess_entries,
    entries_above_parity.entries_above_parity_lower,
    entries_above_parity.entries_above_parity_upper
FROM areas
INNER JOIN indicators_by_group USING (collection_year, level, code, organisation_group)
INNER JOIN exact_ratio USING (collection_year, level, code, organisation_group)
INNER JOIN relative_likelihood USING (collection_year, level, code, organisation_group, measure)
INNER JOIN intervals USING (collection_year, level, code, organisation_group, measure)
INNER JOIN four_fifths_band USING (collection_year, level, code, organisation_group, measure)
INNER JOIN reliability USING (collection_year, level, code, organisation_group, measure)
INNER JOIN entries_above_parity USING (collection_year, level, code, organisation_group, measure)
INNER JOIN excess USING (collection_year, level, code, organisation_group, measure)
INNER JOIN collections ON areas.collection_year = collections.collection_year
WHERE
    exact_ratio.measure = 'relative_likelihood'
    AND relative_likelihood.basis = 'window'
    AND four_fifths_band.basis = 'window'
