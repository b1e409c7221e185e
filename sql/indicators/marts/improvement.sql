-- improvement: what moved since one and three years ago by more than chance.
--
-- One row per row of `year_on_year` and measure (overall and relative likelihood), on entries of the twelve
-- months to the snapshot alone, so that no entry is in both years. Figures and tests are those of the
-- organisations of `tested_organisations`; without any there is no figure. Beside a comparison over three
-- years stands that of the three years up to each, with more entries: null where an organisation, or every
-- one of a pooled row, has no six years.
SELECT
    year_on_year.collection_year,
    year_on_year.years_between,
    year_on_year.level,
    year_on_year.code,
    year_on_year.name,
    year_on_year.organisation_group,
    year_on_year.break_in_series,
    year_on_year.matched_organisations,
    compared_counts.measure,
    COALESCE(verdicts.organisations, 0) AS tested_organisations,
    verdicts.figure,
    verdicts.previous_figure,
    verdicts.direction,
    verdicts.p_value,
    verdicts.q_value,
    COALESCE(verdicts.verdict, 'not_tested') AS verdict,
    verdicts.distance_p_value,
    verdicts.distance_q_value,
    verdicts.shrunken_figure,
    verdicts.previous_shrunken_figure,
    three_years.organisations AS three_years_organisations,
    three_years.figure AS three_years_figure,
    three_years.previous_figure AS previous_three_years_figure,
    three_years.p_value AS three_years_p_value,
    three_years.q_value AS three_years_q_value,
    three_years.distance_q_value AS three_years_distance_q_value,
    three_years.verdict AS three_years_verdict,
    three_years.shrunken_figure AS three_years_shrunken_figure
FROM year_on_year
INNER JOIN compared_counts USING (collection_year, years_between, level, code, organisation_group)
LEFT JOIN verdicts
    ON
        compared_counts.collection_year = verdicts.collection_year
        AND compared_counts.years_between = verdicts.years_between
        AND compared_counts.level = verdicts.level
        AND compared_counts.code = verdicts.code
        AND compared_counts.organisation_group = verdicts.organisation_group
        AND compared_counts.measure = verdicts.measure
        AND verdicts.basis = 'twelve_months'
LEFT JOIN verdicts AS three_years
    ON
        compared_counts.collection_year = three_years.collection_year
        AND compared_counts.years_between = three_years.years_between
        AND compared_counts.level = three_years.level
        AND compared_counts.code = three_years.code
        AND compared_counts.organisation_group = three_years.organisation_group
        AND compared_counts.measure = three_years.measure
        AND three_years.basis = 'three_years'
WHERE
    compared_counts.basis = 'window'
    AND (compared_counts.comparator_headcount IS NOT NULL OR compared_counts.ethnic_group = 'overall')
