-- changes: the same organisations this year and last, each by the window of its year.
--
-- One row per row of `compared` that is one year apart, with the figures of `compared_measures` side by side.
WITH side_by_side AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        MAX(CASE WHEN measure = 'white_likelihood_percent' THEN figure END) AS white_likelihood_percent,
        MAX(CASE WHEN measure = 'white_likelihood_percent' THEN previous_figure END)
            AS previous_white_likelihood_percent,
        MAX(CASE WHEN measure = 'white_likelihood_percent' THEN difference END)
            AS white_likelihood_change_points,
        MAX(CASE WHEN measure = 'white_likelihood_percent' THEN change_ratio END)
            AS white_likelihood_change_ratio,
        MAX(CASE WHEN measure = 'bme_likelihood_percent' THEN figure END) AS bme_likelihood_percent,
        MAX(CASE WHEN measure = 'bme_likelihood_percent' THEN previous_figure END)
            AS previous_bme_likelihood_percent,
        MAX(CASE WHEN measure = 'bme_likelihood_percent' THEN difference END) AS bme_likelihood_change_points,
        MAX(CASE WHEN measure = 'bme_likelihood_percent' THEN change_ratio END)
            AS bme_likelihood_change_ratio,
        MAX(CASE WHEN measure = 'overall_likelihood_percent' THEN figure END) AS overall_likelihood_percent,
        MAX(CASE WHEN measure = 'overall_likelihood_percent' THEN previous_figure END)
            AS previous_overall_likelihood_percent,
        MAX(CASE WHEN measure = 'overall_likelihood_percent' THEN difference END)
            AS overall_likelihood_change_points,
        MAX(CASE WHEN measure = 'overall_likelihood_percent' THEN change_ratio END)
            AS overall_likelihood_change_ratio,
        MAX(CASE WHEN measure = 'relative_likelihood' THEN figure END) AS relative_likelihood,
        MAX(CASE WHEN measure = 'relative_likelihood' THEN previous_figure END)
            AS previous_relative_likelihood,
        MAX(CASE WHEN measure = 'relative_likelihood' THEN difference END) AS relative_likelihood_change
    FROM compared_measures
    WHERE years_between = 1 AND basis = 'window'
    GROUP BY collection_year, level, code, organisation_group
)

SELECT
    compared.collection_year,
    compared.level,
    compared.code,
    compared.name,
    compared.organisation_group,
    collections.window,
    compared.previous_window,
    compared.break_in_series,
    compared.matched_organisations,
    compared.previous_organisations,
    compared.white_headcount,
    compared.bme_headcount,
    compared.unknown_headcount,
    0.01 * compared.white_hundredths AS white_entered,
    0.01 * compared.bme_hundredths AS bme_entered,
    0.01 * compared.unknown_hundredths AS unknown_entered,
    compared.previous_white_headcount,
    compared.previous_bme_headcount,
    compared.previous_unknown_headcount,
    0.01 * compared.previous_white_hundredths AS previous_white_entered,
    0.01 * compared.previous_bme_hundredths AS previous_bme_entered,
    0.01 * compared.previous_unknown_hundredths AS previous_unknown_entered,
    side_by_side.white_likelihood_percent,
    side_by_side.previous_white_likelihood_percent,
    side_by_side.white_likelihood_change_points,
    side_by_side.white_likelihood_change_ratio,
    side_by_side.bme_likelihood_percent,
    side_by_side.previous_bme_likelihood_percent,
    side_by_side.bme_likelihood_change_points,
    side_by_side.bme_likelihood_change_ratio,
    side_by_side.overall_likelihood_percent,
    side_by_side.previous_overall_likelihood_percent,
    side_by_side.overall_likelihood_change_points,
    side_by_side.overall_likelihood_change_ratio,
    side_by_side.relative_likelihood,
    side_by_side.previous_relative_likelihood,
    side_by_side.relative_likelihood_change,
    compared.organisations_rate_fell,
    compared.organisations_rate_same,
    compared.organisations_rate_rose,
    compared.organisations_ratio_fell,
    compared.organisations_ratio_same,
    compared.organisations_ratio_rose
FROM compared
INNER JOIN side_by_side USING (collection_year, level, code, organisation_group)
INNER JOIN collections ON compared.collection_year = collections.collection_year
WHERE compared.years_between = 1
