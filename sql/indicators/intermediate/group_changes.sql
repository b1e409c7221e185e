-- group_changes: what is published of each group of this year and last, in long form.
--
-- One row per row of `year_on_year` that is one year apart, group and measure: headcount, entered (in people)
-- and likelihood_percent, the same of last year, and the change of the likelihood.
WITH compared AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        ethnic_group,
        figure,
        previous_figure,
        difference,
        change_ratio
    FROM year_on_year_measures
    WHERE years_between = 1 AND basis = 'window' AND NOT is_ratio
),

counted AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        ethnic_group,
        headcount,
        entered_hundredths,
        previous_headcount,
        previous_entered_hundredths
    FROM year_on_year_groups
    WHERE years_between = 1
)

SELECT
    collection_year,
    level,
    code,
    organisation_group,
    ethnic_group,
    'headcount' AS measure,
    CAST(headcount AS DECIMAL(38, 2)) AS value
FROM counted
UNION ALL
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    ethnic_group,
    'entered' AS measure,
    CAST(0.01 * entered_hundredths AS DECIMAL(38, 2)) AS value
FROM counted
UNION ALL
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    ethnic_group,
    'previous_headcount' AS measure,
    CAST(previous_headcount AS DECIMAL(38, 2)) AS value
FROM counted
UNION ALL
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    ethnic_group,
    'previous_entered' AS measure,
    CAST(0.01 * previous_entered_hundredths AS DECIMAL(38, 2)) AS value
FROM counted
UNION ALL
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    ethnic_group,
    'likelihood_percent' AS measure,
    CAST(figure AS DECIMAL(38, 2)) AS value
FROM compared
UNION ALL
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    ethnic_group,
    'previous_likelihood_percent' AS measure,
    CAST(previous_figure AS DECIMAL(38, 2)) AS value
FROM compared
UNION ALL
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    ethnic_group,
    'likelihood_change_points' AS measure,
    CAST(difference AS DECIMAL(38, 2)) AS value
FROM compared
UNION ALL
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    ethnic_group,
    'likelihood_change_ratio' AS measure,
    CAST(change_ratio AS DECIMAL(38, 2)) AS value
FROM compared
