-- three_year_counts: the counts of three years of each organisation, added up.
--
-- One row per collection year and organisation of `three_year_returns`, ethnic group as the returns state it
-- and measure. headcount: the staff of the three snapshots, which are person-years. entered_hundredths: the
-- entries of the twelve months to each of them, so that no entry counts twice in any window.
SELECT
    three_year_returns.collection_year,
    three_year_returns.organisation_code,
    counts.ethnic_group,
    CASE WHEN counts.measure = 'headcount' THEN 'headcount' ELSE 'entered_hundredths' END AS measure,
    CAST(SUM(counts.value) AS BIGINT) AS value
FROM three_year_returns
INNER JOIN counts
    ON
        three_year_returns.return_year = counts.collection_year
        AND three_year_returns.return_code = counts.organisation_code
WHERE counts.measure IN ('headcount', 'latest_hundredths')
GROUP BY
    three_year_returns.collection_year,
    three_year_returns.organisation_code,
    counts.ethnic_group,
    counts.measure
