-- return_counts: headcount and entries of each accepted return, by ethnic group, on each basis of comparison.
--
-- One row per basis, collection year, organisation, ethnic group and measure (headcount, entered_hundredths).
-- On the basis `window` entries are those of the year's window. On `twelve_months` they are those of the
-- twelve months to the snapshot alone; a return whose sender has averaged two years already is left out,
-- for its entries of the twelve months are not known. On `three_years` all counts are those of the three
-- years up to this one (`three_year_counts`), where there are three.
SELECT
    'window' AS basis,
    collection_year,
    organisation_code,
    ethnic_group,
    measure,
    value
FROM counts
WHERE measure IN ('headcount', 'entered_hundredths')
UNION ALL
SELECT
    'twelve_months' AS basis,
    counts.collection_year,
    counts.organisation_code,
    counts.ethnic_group,
    CASE WHEN counts.measure = 'headcount' THEN 'headcount' ELSE 'entered_hundredths' END AS measure,
    counts.value
FROM counts
LEFT JOIN averaged_returns
    ON
        counts.collection_year = averaged_returns.collection_year
        AND counts.organisation_code = averaged_returns.organisation_code
WHERE counts.measure IN ('headcount', 'latest_hundredths') AND averaged_returns.organisation_code IS NULL
UNION ALL
SELECT
    'three_years' AS basis,
    collection_year,
    organisation_code,
    ethnic_group,
    measure,
    value
FROM three_year_counts
