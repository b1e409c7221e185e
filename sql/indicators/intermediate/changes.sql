-- changes: the same organisations this year and last, each by the window of its year.
--
-- One row per row of `year_on_year` that is one year apart. `changes_by_group` has the columns of the ethnic
-- groups that tables.toml names, from `group_changes`.
SELECT
    year_on_year.name,
    collections.window,
    year_on_year.previous_window,
    year_on_year.break_in_series,
    year_on_year.matched_organisations,
    year_on_year.previous_organisations,
    changes_by_group.*,
    ratios.figure AS relative_likelihood,
    ratios.previous_figure AS previous_relative_likelihood,
    ratios.difference AS relative_likelihood_change,
    organisations_moved.organisations_rate_fell,
    organisations_moved.organisations_rate_same,
    organisations_moved.organisations_rate_rose,
    organisations_moved.organisations_ratio_fell,
    organisations_moved.organisations_ratio_same,
    organisations_moved.organisations_ratio_rose
FROM year_on_year
INNER JOIN changes_by_group USING (collection_year, level, code, organisation_group)
INNER JOIN year_on_year_measures AS ratios
    USING (collection_year, years_between, level, code, organisation_group)
LEFT JOIN organisations_moved USING (collection_year, years_between, level, code, organisation_group)
INNER JOIN collections ON year_on_year.collection_year = collections.collection_year
WHERE
    year_on_year.years_between = 1
    AND ratios.basis = 'window'
    AND ratios.measure = 'relative_likelihood'
