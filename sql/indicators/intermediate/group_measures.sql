-- group_measures: what is published of each group, in long form.
--
-- One row per row of `group_counts` on the basis `window` and measure: headcount, entered (in people) and
-- likelihood_percent. The published tables have a column for each group and measure that tables.toml names.
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    ethnic_group,
    'headcount' AS measure,
    CAST(headcount AS DECIMAL(38, 2)) AS value
FROM group_counts
WHERE basis = 'window'
UNION ALL
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    ethnic_group,
    'entered' AS measure,
    CAST(0.01 * entered_hundredths AS DECIMAL(38, 2)) AS value
FROM group_counts
WHERE basis = 'window'
UNION ALL
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    ethnic_group,
    'likelihood_percent' AS measure,
    CAST(likelihood_percent AS DECIMAL(38, 2)) AS value
FROM likelihoods
WHERE basis = 'window'
