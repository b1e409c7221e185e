-- group_changes: what is published of each group of this year and last, in long form.
--
-- One row per row of `year_on_year` that is one year apart, group and measure: headcount, entered (in people)
-- and likelihood_percent, the same of last year, and the change of the likelihood.
WITH counted AS (
    SELECT 'headcount' AS measure
    UNION ALL
    SELECT 'entered' AS measure
    UNION ALL
    SELECT 'previous_headcount' AS measure
    UNION ALL
    SELECT 'previous_entered' AS measure
),

compared AS (
    SELECT 'likelihood_percent' AS measure
    UNION ALL
    SELECT 'previous_likelihood_percent' AS measure
    UNION ALL
    SELECT 'likelihood_change_points' AS measure
    UNION ALL
    SELECT 'likelihood_change_ratio' AS measure
)

SELECT
    year_on_year_groups.collection_year,
    year_on_year_groups.level,
    year_on_year_groups.code,
    year_on_year_groups.organisation_group,
    year_on_year_groups.ethnic_group,
    counted.measure,
    CASE counted.measure
        WHEN 'headcount' THEN CAST(year_on_year_groups.headcount AS DECIMAL(38, 2))
        WHEN 'entered' THEN CAST(0.01 * year_on_year_groups.entered_hundredths AS DECIMAL(38, 2))
        WHEN 'previous_headcount' THEN CAST(year_on_year_groups.previous_headcount AS DECIMAL(38, 2))
        WHEN
            'previous_entered'
            THEN CAST(0.01 * year_on_year_groups.previous_entered_hundredths AS DECIMAL(38, 2))
    END AS value
FROM year_on_year_groups
CROSS JOIN counted
WHERE year_on_year_groups.years_between = 1 AND year_on_year_groups.basis = 'window'
UNION ALL
SELECT
    year_on_year_measures.collection_year,
    year_on_year_measures.level,
    year_on_year_measures.code,
    year_on_year_measures.organisation_group,
    year_on_year_measures.ethnic_group,
    compared.measure,
    CASE compared.measure
        WHEN 'likelihood_percent' THEN CAST(year_on_year_measures.figure AS DECIMAL(38, 2))
        WHEN 'previous_likelihood_percent' THEN CAST(year_on_year_measures.previous_figure AS DECIMAL(38, 2))
        WHEN 'likelihood_change_points' THEN CAST(year_on_year_measures.difference AS DECIMAL(38, 2))
        WHEN 'likelihood_change_ratio' THEN CAST(year_on_year_measures.change_ratio AS DECIMAL(38, 2))
    END AS value
FROM year_on_year_measures
CROSS JOIN compared
WHERE
    year_on_year_measures.years_between = 1
    AND year_on_year_measures.basis = 'window'
    AND NOT year_on_year_measures.is_ratio
