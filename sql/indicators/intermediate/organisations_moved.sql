-- organisations_moved: how many of the compared organisations moved which way.
--
-- One row per row of `year_on_year`. Rate: the likelihood of all staff; ratio: the relative likelihood, of
-- organisations with one in both years. By the exact fractions, each year by its window.
WITH moved AS (
    SELECT
        area_membership.collection_year,
        year_on_year_measures.years_between,
        area_membership.level,
        area_membership.code,
        area_membership.organisation_group,
        year_on_year_measures.is_ratio,
        CASE
            WHEN
                year_on_year_measures.figure IS NOT NULL AND year_on_year_measures.previous_figure IS NOT NULL
                THEN year_on_year_measures.direction
        END AS direction
    FROM year_on_year_measures
    INNER JOIN area_membership
        ON
            year_on_year_measures.collection_year = area_membership.collection_year
            AND year_on_year_measures.code = area_membership.organisation_code
    WHERE
        year_on_year_measures.level = 'organisation'
        AND year_on_year_measures.basis = 'window'
        AND year_on_year_measures.measure IN ('overall_likelihood_percent', 'relative_likelihood')
)

SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    CAST(SUM(CASE WHEN NOT is_ratio AND direction = 'fell' THEN 1 ELSE 0 END) AS BIGINT)
        AS organisations_rate_fell,
    CAST(SUM(CASE WHEN NOT is_ratio AND direction = 'same' THEN 1 ELSE 0 END) AS BIGINT)
        AS organisations_rate_same,
    CAST(SUM(CASE WHEN NOT is_ratio AND direction = 'rose' THEN 1 ELSE 0 END) AS BIGINT)
        AS organisations_rate_rose,
    CAST(SUM(CASE WHEN is_ratio AND direction = 'fell' THEN 1 ELSE 0 END) AS BIGINT)
        AS organisations_ratio_fell,
    CAST(SUM(CASE WHEN is_ratio AND direction = 'same' THEN 1 ELSE 0 END) AS BIGINT)
        AS organisations_ratio_same,
    CAST(SUM(CASE WHEN is_ratio AND direction = 'rose' THEN 1 ELSE 0 END) AS BIGINT)
        AS organisations_ratio_rose
FROM moved
GROUP BY collection_year, years_between, level, code, organisation_group
