-- year_on_year_counts: the counts of the same organisations in two years, by ethnic group, on each basis.
--
-- One row per basis, row of `year_on_year` with an organisation of `matched_bases`, side (now, before),
-- ethnic group and measure (see `return_counts`). The counts before are those of the organisation's pool of
-- the earlier year added up.
SELECT
    matched_bases.basis,
    matched_bases.collection_year,
    matched_bases.years_between,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group,
    matched_returns.side,
    return_counts.ethnic_group,
    return_counts.measure,
    CAST(SUM(return_counts.value) AS DECIMAL(38, 0)) AS value
FROM matched_bases
INNER JOIN matched_returns
    ON
        matched_bases.collection_year = matched_returns.collection_year
        AND matched_bases.years_between = matched_returns.years_between
        AND matched_bases.organisation_code = matched_returns.organisation_code
INNER JOIN area_membership
    ON
        matched_bases.collection_year = area_membership.collection_year
        AND matched_bases.organisation_code = area_membership.organisation_code
INNER JOIN return_counts
    ON
        matched_bases.basis = return_counts.basis
        AND matched_returns.return_year = return_counts.collection_year
        AND matched_returns.return_code = return_counts.organisation_code
GROUP BY
    matched_bases.basis,
    matched_bases.collection_year,
    matched_bases.years_between,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group,
    matched_returns.side,
    return_counts.ethnic_group,
    return_counts.measure
