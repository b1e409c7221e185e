-- changes: the same organisations this year and last, each by the window of its year.
--
-- One row per row of `year_on_year` that is one year apart, with the figures of `year_on_year_measures` side
-- by side.
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
    FROM year_on_year_measures
    WHERE years_between = 1 AND basis = 'window'
    GROUP BY collection_year, level, code, organisation_group
)

SELECT
    year_on_year.collection_year,
    year_on_year.level,
    year_on_year.code,
    year_on_year.name,
    year_on_year.organisation_group,
    collections.window,
    year_on_year.previous_window,
    year_on_year.break_in_series,
    year_on_year.matched_organisations,
    year_on_year.previous_organisations,
    year_on_year.white_headcount,
    year_on_year.bme_headcount,
    year_on_year.unknown_headcount,
    0.01 * year_on_year.white_hundredths AS white_entered,
    0.01 * year_on_year.bme_hundredths AS bme_entered,
    0.01 * year_on_year.unknown_hundredths AS unknown_entered,
    year_on_year.previous_white_headcount,
    year_on_year.previous_bme_headcount,
    year_on_year.previous_unknown_headcount,
    0.01 * year_on_year.previous_white_hundredths AS previous_white_entered,
    0.01 * year_on_year.previous_bme_hundredths AS previous_bme_entered,
    0.01 * year_on_year.previous_unknown_hundredths AS previous_unknown_entered,
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
    year_on_year.organisations_rate_fell,
    year_on_year.organisations_rate_same,
    year_on_year.organisations_rate_rose,
    year_on_year.organisations_ratio_fell,
    year_on_year.organisations_ratio_same,
    year_on_year.organisations_ratio_rose
FROM year_on_year
INNER JOIN side_by_side USING (collection_year, level, code, organisation_group)
INNER JOIN collections ON year_on_year.collection_year = collections.collection_year
WHERE year_on_year.years_between = 1
