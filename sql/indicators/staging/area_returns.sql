-- area_returns: which returns are pooled in each published row.
--
-- One row per accepted return and row in which it counts: those of `area_membership`, and the series of an
-- organisation of `series_members`.
WITH counted_in AS (
    SELECT
        collection_year,
        organisation_code,
        level,
        code,
        name,
        organisation_group
    FROM area_membership
    UNION ALL
    SELECT
        collection_year,
        organisation_code,
        level,
        code,
        name,
        organisation_group
    FROM series_members
)

SELECT
    counted_in.collection_year,
    counted_in.organisation_code,
    counted_in.level,
    counted_in.code,
    counted_in.name,
    counted_in.organisation_group
FROM counted_in
INNER JOIN accepted_returns
    ON
        counted_in.collection_year = accepted_returns.collection_year
        AND counted_in.organisation_code = accepted_returns.organisation_code
