-- year_on_year: the pooled counts of the same organisations in two years.
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
    CAST(SUM(matched_pairs.previous_organisations) AS BIGINT) AS previous_organisations,
    CAST(SUM(matched_pairs.white_headcount) AS DECIMAL(38, 0)) AS white_headcount,
    CAST(SUM(matched_pairs.bme_headcount) AS DECIMAL(38, 0)) AS bme_headcount,
    CAST(SUM(matched_pairs.unknown_headcount) AS DECIMAL(38, 0)) AS unknown_headcount,
    CAST(SUM(matched_pairs.white_hundredths) AS DECIMAL(38, 0)) AS white_hundredths,
    CAST(SUM(matched_pairs.bme_hundredths) AS DECIMAL(38, 0)) AS bme_hundredths,
    CAST(SUM(matched_pairs.unknown_hundredths) AS DECIMAL(38, 0)) AS unknown_hundredths,
    CAST(SUM(matched_pairs.white_latest_hundredths) AS DECIMAL(38, 0)) AS white_latest_hundredths,
    CAST(SUM(matched_pairs.bme_latest_hundredths) AS DECIMAL(38, 0)) AS bme_latest_hundredths,
    CAST(SUM(matched_pairs.unknown_latest_hundredths) AS DECIMAL(38, 0)) AS unknown_latest_hundredths,
    CAST(SUM(matched_pairs.previous_white_headcount) AS DECIMAL(38, 0)) AS previous_white_headcount,
    CAST(SUM(matched_pairs.previous_bme_headcount) AS DECIMAL(38, 0)) AS previous_bme_headcount,
    CAST(SUM(matched_pairs.previous_unknown_headcount) AS DECIMAL(38, 0)) AS previous_unknown_headcount,
    CAST(SUM(matched_pairs.previous_white_hundredths) AS DECIMAL(38, 0)) AS previous_white_hundredths,
    CAST(SUM(matched_pairs.previous_bme_hundredths) AS DECIMAL(38, 0)) AS previous_bme_hundredths,
    CAST(SUM(matched_pairs.previous_unknown_hundredths) AS DECIMAL(38, 0)) AS previous_unknown_hundredths,
    CAST(SUM(matched_pairs.previous_white_latest_hundredths) AS DECIMAL(38, 0))
        AS previous_white_latest_hundredths,
    CAST(SUM(matched_pairs.previous_bme_latest_hundredths) AS DECIMAL(38, 0))
        AS previous_bme_latest_hundredths,
    CAST(SUM(matched_pairs.previous_unknown_latest_hundredths) AS DECIMAL(38, 0))
        AS previous_unknown_latest_hundredths,
    CAST(SUM(CASE WHEN matched_pairs.rate_moved = -1 THEN 1 ELSE 0 END) AS BIGINT) AS organisations_rate_fell,
    CAST(SUM(CASE WHEN matched_pairs.rate_moved = 0 THEN 1 ELSE 0 END) AS BIGINT) AS organisations_rate_same,
    CAST(SUM(CASE WHEN matched_pairs.rate_moved = 1 THEN 1 ELSE 0 END) AS BIGINT) AS organisations_rate_rose,
    CAST(SUM(CASE WHEN matched_pairs.ratio_moved = -1 THEN 1 ELSE 0 END) AS BIGINT)
        AS organisations_ratio_fell,
    CAST(SUM(CASE WHEN matched_pairs.ratio_moved = 0 THEN 1 ELSE 0 END) AS BIGINT)
        AS organisations_ratio_same,
    CAST(SUM(CASE WHEN matched_pairs.ratio_moved = 1 THEN 1 ELSE 0 END) AS BIGINT) AS organisations_ratio_rose
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
