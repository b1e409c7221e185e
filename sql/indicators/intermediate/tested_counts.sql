-- tested_counts: the counts that a figure of `improvement` and its test rest on, added up over
-- organisations.
--
-- One row per basis, row of `year_on_year` and measure with an organisation in `significance_members`, and
-- the number of these organisations. Figures so leave out what tests leave out.
SELECT
    basis,
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    measure,
    COUNT(*) AS organisations,
    CAST(SUM(group_headcount) AS DECIMAL(38, 0)) AS group_headcount,
    CAST(SUM(group_hundredths) AS DECIMAL(38, 0)) AS group_hundredths,
    CAST(SUM(previous_group_headcount) AS DECIMAL(38, 0)) AS previous_group_headcount,
    CAST(SUM(previous_group_hundredths) AS DECIMAL(38, 0)) AS previous_group_hundredths,
    CAST(SUM(comparator_headcount) AS DECIMAL(38, 0)) AS comparator_headcount,
    CAST(SUM(comparator_hundredths) AS DECIMAL(38, 0)) AS comparator_hundredths,
    CAST(SUM(previous_comparator_headcount) AS DECIMAL(38, 0)) AS previous_comparator_headcount,
    CAST(SUM(previous_comparator_hundredths) AS DECIMAL(38, 0)) AS previous_comparator_hundredths
FROM significance_members
GROUP BY basis, collection_year, years_between, level, code, organisation_group, measure
