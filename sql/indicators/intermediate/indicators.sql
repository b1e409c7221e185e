-- measured: every row of `levels` with its measures: the columns that the published tables share.
--
-- `intervals` comes from pipeline/indicators/intervals.py: SQL has no root finder. Bounds are in
-- hundredths, and both they and differs_from_equal are null where the ratio cannot be calculated.
SELECT
    levels.collection_year,
    levels.level,
    levels.code,
    levels.name,
    levels.organisation_group,
    collections.window,
    levels.organisations,
    levels.white_headcount,
    levels.bme_headcount,
    levels.unknown_headcount,
    0.01 * levels.white_hundredths AS white_entered,
    0.01 * levels.bme_hundredths AS bme_entered,
    0.01 * levels.unknown_hundredths AS unknown_entered,
    likelihoods.white_likelihood_percent,
    likelihoods.bme_likelihood_percent,
    likelihoods.overall_likelihood_percent,
    relative_likelihood.relative_likelihood,
    0.01 * intervals.lower_hundredths AS relative_likelihood_lower,
    0.01 * intervals.upper_hundredths AS relative_likelihood_upper,
    fair_range.fair_range AS range,
    exact_ratio.reason_not_calculable,
    intervals.differs_from_equal,
    reliability.reliability,
    entries_above_parity.entries_above_parity,
    excess.excess_group,
    excess.excess_entries,
    entries_above_parity.entries_above_parity_lower,
    entries_above_parity.entries_above_parity_upper
FROM levels
INNER JOIN likelihoods USING (collection_year, level, code, organisation_group)
INNER JOIN exact_ratio USING (collection_year, level, code, organisation_group)
INNER JOIN relative_likelihood USING (collection_year, level, code, organisation_group)
INNER JOIN intervals USING (collection_year, level, code, organisation_group)
INNER JOIN fair_range USING (collection_year, level, code, organisation_group)
INNER JOIN reliability USING (collection_year, level, code, organisation_group)
INNER JOIN entries_above_parity USING (collection_year, level, code, organisation_group)
INNER JOIN excess USING (collection_year, level, code, organisation_group)
INNER JOIN collections ON levels.collection_year = collections.collection_year
