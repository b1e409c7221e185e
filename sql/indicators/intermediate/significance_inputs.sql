-- significance_inputs: the counts of two years that tests of chance rest on.
--
-- One row per row of `year_on_year` and measure: the overall likelihood, of all staff, without a comparator;
-- and every ratio. Entries are those of the twelve months to the snapshot alone.
SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    CONCAT(ethnic_group, '_likelihood_percent') AS measure,
    headcount AS group_headcount,
    latest_hundredths AS group_hundredths,
    previous_headcount AS previous_group_headcount,
    previous_latest_hundredths AS previous_group_hundredths,
    CAST(NULL AS DECIMAL(38, 0)) AS comparator_headcount,
    CAST(NULL AS DECIMAL(38, 0)) AS comparator_hundredths,
    CAST(NULL AS DECIMAL(38, 0)) AS previous_comparator_headcount,
    CAST(NULL AS DECIMAL(38, 0)) AS previous_comparator_hundredths
FROM year_on_year_groups
WHERE ethnic_group = 'overall'
UNION ALL
SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    measure,
    group_headcount,
    group_latest_hundredths AS group_hundredths,
    previous_group_headcount,
    previous_group_latest_hundredths AS previous_group_hundredths,
    comparator_headcount,
    comparator_latest_hundredths AS comparator_hundredths,
    previous_comparator_headcount,
    previous_comparator_latest_hundredths AS previous_comparator_hundredths
FROM year_on_year_pairs
