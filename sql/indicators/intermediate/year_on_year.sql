-- compared: the pooled counts of the same organisations in two years.
--
-- One row per collection year, years between (1 or 3), level, code and organisation group with a matched
-- organisation. An organisation counts where it stands in the later year. Break in series: the window or
-- the template of the two years differs.
SELECT
    matched.collection_year,
    matched.years_between,
    places.level,
    places.code,
    places.organisation_group,
    MAX(places.name) AS name,
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
    CAST(SUM(matched.previous_organisations) AS BIGINT) AS previous_organisations,
    CAST(SUM(matched.white_headcount) AS DECIMAL(38, 0)) AS white_headcount,
    CAST(SUM(matched.bme_headcount) AS DECIMAL(38, 0)) AS bme_headcount,
    CAST(SUM(matched.unknown_headcount) AS DECIMAL(38, 0)) AS unknown_headcount,
    CAST(SUM(matched.white_hundredths) AS DECIMAL(38, 0)) AS white_hundredths,
    CAST(SUM(matched.bme_hundredths) AS DECIMAL(38, 0)) AS bme_hundredths,
    CAST(SUM(matched.unknown_hundredths) AS DECIMAL(38, 0)) AS unknown_hundredths,
    CAST(SUM(matched.white_latest_hundredths) AS DECIMAL(38, 0)) AS white_latest_hundredths,
    CAST(SUM(matched.bme_latest_hundredths) AS DECIMAL(38, 0)) AS bme_latest_hundredths,
    CAST(SUM(matched.unknown_latest_hundredths) AS DECIMAL(38, 0)) AS unknown_latest_hundredths,
    CAST(SUM(matched.previous_white_headcount) AS DECIMAL(38, 0)) AS previous_white_headcount,
    CAST(SUM(matched.previous_bme_headcount) AS DECIMAL(38, 0)) AS previous_bme_headcount,
    CAST(SUM(matched.previous_unknown_headcount) AS DECIMAL(38, 0)) AS previous_unknown_headcount,
    CAST(SUM(matched.previous_white_hundredths) AS DECIMAL(38, 0)) AS previous_white_hundredths,
    CAST(SUM(matched.previous_bme_hundredths) AS DECIMAL(38, 0)) AS previous_bme_hundredths,
    CAST(SUM(matched.previous_unknown_hundredths) AS DECIMAL(38, 0)) AS previous_unknown_hundredths,
    CAST(SUM(matched.previous_white_latest_hundredths) AS DECIMAL(38, 0)) AS previous_white_latest_hundredths,
    CAST(SUM(matched.previous_bme_latest_hundredths) AS DECIMAL(38, 0)) AS previous_bme_latest_hundredths,
    CAST(SUM(matched.previous_unknown_latest_hundredths) AS DECIMAL(38, 0))
        AS previous_unknown_latest_hundredths,
    CAST(SUM(CASE WHEN matched.rate_moved = -1 THEN 1 ELSE 0 END) AS BIGINT) AS organisations_rate_fell,
    CAST(SUM(CASE WHEN matched.rate_moved = 0 THEN 1 ELSE 0 END) AS BIGINT) AS organisations_rate_same,
    CAST(SUM(CASE WHEN matched.rate_moved = 1 THEN 1 ELSE 0 END) AS BIGINT) AS organisations_rate_rose,
    CAST(SUM(CASE WHEN matched.ratio_moved = -1 THEN 1 ELSE 0 END) AS BIGINT) AS organisations_ratio_fell,
    CAST(SUM(CASE WHEN matched.ratio_moved = 0 THEN 1 ELSE 0 END) AS BIGINT) AS organisations_ratio_same,
    CAST(SUM(CASE WHEN matched.ratio_moved = 1 THEN 1 ELSE 0 END) AS BIGINT) AS organisations_ratio_rose
FROM matched
INNER JOIN places
    ON
        matched.collection_year = places.collection_year
        AND matched.organisation_code = places.organisation_code
INNER JOIN collections ON matched.collection_year = collections.collection_year
INNER JOIN collections AS earlier
    ON matched.collection_year - matched.years_between = earlier.collection_year
GROUP BY matched.collection_year, matched.years_between, places.level, places.code, places.organisation_group
