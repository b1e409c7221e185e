-- year_on_year: the published rows of the same organisations in two years.
--
-- One row per collection year, years between (1 or 3), level, code and organisation group with a matched
-- organisation. An organisation counts where it stands in the later year. Break in series: the window or
-- the template of the two years differs.
SELECT
    matched_pairs.collection_year,
    matched_pairs.years_between,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group,
    MAX(area_membership.name) AS name,
    MAX(earlier.window) AS previous_window,
    MAX(
        CASE
            WHEN
                collections.window <> earlier.window
                OR collections.template_version <> earlier.template_version
                THEN 1
            ELSE 0
        END
    )
    = 1 AS break_in_series,
    COUNT(*) AS matched_organisations,
    CAST(SUM(matched_pairs.previous_organisations) AS BIGINT) AS previous_organisations
FROM matched_pairs
INNER JOIN area_membership
    ON
        matched_pairs.collection_year = area_membership.collection_year
        AND matched_pairs.organisation_code = area_membership.organisation_code
INNER JOIN collections ON matched_pairs.collection_year = collections.collection_year
INNER JOIN collections AS earlier
    ON matched_pairs.collection_year - matched_pairs.years_between = earlier.collection_year
GROUP BY
    matched_pairs.collection_year,
    matched_pairs.years_between,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group
