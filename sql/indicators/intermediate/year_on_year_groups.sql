-- year_on_year_groups: headcount and entries in two years of every group that a figure is given of.
--
-- One row per basis, row of `year_on_year` and group of `group_members`, each year's by its own template.
-- Entries are in hundredths of a person. A group that a year's template lacks has no counts of that year.
WITH grouped AS (
    SELECT
        year_on_year_counts.basis,
        year_on_year_counts.collection_year,
        year_on_year_counts.years_between,
        year_on_year_counts.level,
        year_on_year_counts.code,
        year_on_year_counts.organisation_group,
        group_members.ethnic_group,
        CONCAT(year_on_year_counts.side, '.', year_on_year_counts.measure) AS counted,
        year_on_year_counts.value
    FROM year_on_year_counts
    INNER JOIN group_members
        ON
            year_on_year_counts.collection_year
            - CASE WHEN year_on_year_counts.side = 'before' THEN year_on_year_counts.years_between ELSE 0 END
            = group_members.collection_year
            AND year_on_year_counts.ethnic_group = group_members.member
)

SELECT
    basis,
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    ethnic_group,
    CAST(SUM(CASE WHEN counted = 'now.headcount' THEN value END) AS DECIMAL(38, 0)) AS headcount,
    CAST(SUM(CASE WHEN counted = 'now.entered_hundredths' THEN value END) AS DECIMAL(38, 0))
        AS entered_hundredths,
    CAST(SUM(CASE WHEN counted = 'before.headcount' THEN value END) AS DECIMAL(38, 0))
        AS previous_headcount,
    CAST(SUM(CASE WHEN counted = 'before.entered_hundredths' THEN value END) AS DECIMAL(38, 0))
        AS previous_entered_hundredths
FROM grouped
GROUP BY basis, collection_year, years_between, level, code, organisation_group, ethnic_group
