-- tested_organisations: how many organisations a figure of `improvement` and its test rest on.
--
-- One row per basis, row of `year_on_year` and measure with an organisation in `significance_members`.
SELECT
    basis,
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    measure,
    COUNT(*) AS organisations
FROM significance_members
GROUP BY basis, collection_year, years_between, level, code, organisation_group, measure
