-- indicators: every row of `pooled_counts` with its measures: the columns that the published tables share.
--
-- `intervals` comes from pipeline/wres/indicators/statistics/score_interval.py: SQL has no root finder.
-- Bounds are in hundredths, and both they and differs_from_equal are null where the ratio cannot be
-- calculated.
SELECT
    pooled_counts.collection_year,
    pooled_counts.level,
    pooled_counts.code,
    pooled_counts.name,
    pooled_counts.organisation_group,
    collections.window,
    pooled_counts.organisations,
    pooled_counts.white_headcount,
    pooled_counts.bme_headcount,
    pooled_counts.unknown_headcount,
    0.01 * pooled_counts.white_hundredths AS white_entered,
    0.01 * pooled_counts.bme_hundredths AS bme_entered,
    0.01 * pooled_counts.unknown_hundredths AS unknown_entered,
    likelihoods.white_likelihood_percent,
    likelihoods.bme_likelihood_percent,
    likelihoods.overall_likelihood_percent,
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
FROM pooled_counts
INNER JOIN likelihoods USING (collection_year, level, code, organisation_group)
INNER JOIN exact_ratio USING (collection_year, level, code, organisation_group)
INNER JOIN relative_likelihood USING (collection_year, level, code, organisation_group)
INNER JOIN intervals USING (collection_year, level, code, organisation_group)
INNER JOIN four_fifths_band USING (collection_year, level, code, organisation_group)
INNER JOIN reliability USING (collection_year, level, code, organisation_group)
INNER JOIN entries_above_parity USING (collection_year, level, code, organisation_group)
INNER JOIN excess USING (collection_year, level, code, organisation_group)
INNER JOIN collections ON pooled_counts.collection_year = collections.collection_year
