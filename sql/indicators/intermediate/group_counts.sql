-- group_counts: headcount and entries of every group that a figure is given of.
--
-- One row per basis and published row of `pooled_counts`, and group of `group_members`: an ethnic group of
-- the return, or several together such as `overall`. Entries are in hundredths of a person.
SELECT
    pooled_counts.basis,
    pooled_counts.collection_year,
    pooled_counts.level,
    pooled_counts.code,
    pooled_counts.organisation_group,
    group_members.ethnic_group,
    CAST(
        SUM(CASE WHEN pooled_counts.measure = 'headcount' THEN pooled_counts.value ELSE 0 END)
        AS DECIMAL(38, 0)
    ) AS headcount,
    CAST(
        SUM(CASE WHEN pooled_counts.measure = 'entered_hundredths' THEN pooled_counts.value ELSE 0 END)
        AS DECIMAL(38, 0)
    ) AS entered_hundredths
FROM pooled_counts
INNER JOIN group_members
    ON
        pooled_counts.collection_year = group_members.collection_year
        AND pooled_counts.ethnic_group = group_members.member
GROUP BY
    pooled_counts.basis,
    pooled_counts.collection_year,
    pooled_counts.level,
    pooled_counts.code,
    pooled_counts.organisation_group,
    group_members.ethnic_group
