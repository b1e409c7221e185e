-- year_on_year_counts: the counts of the same organisations in two years, by ethnic group.
--
-- One row per row of `year_on_year`, side (now, before), ethnic group and measure (see `counts`). The counts
-- before are those of the organisation's pool of the earlier year added up.
SELECT
    matched_returns.collection_year,
    matched_returns.years_between,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group,
    matched_returns.side,
    counts.ethnic_group,
    counts.measure,
    CAST(SUM(counts.value) AS DECIMAL(38, 0)) AS value
FROM matched_returns
INNER JOIN area_membership
    ON
        matched_returns.collection_year = area_membership.collection_year
        AND matched_returns.organisation_code = area_membership.organisation_code
INNER JOIN counts
    ON
        matched_returns.return_year = counts.collection_year
        AND matched_returns.return_code = counts.organisation_code
GROUP BY
    matched_returns.collection_year,
    matched_returns.years_between,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group,
    matched_returns.side,
    counts.ethnic_group,
    counts.measure
