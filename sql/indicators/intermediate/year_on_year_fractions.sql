-- year_on_year_fractions: each measure of two years as a fraction of two whole numbers.
--
-- One row per row of `year_on_year`, basis and measure. On the basis `window`, entries are those of each
-- year's window; on `twelve_months` those of the twelve months to the snapshot alone. A likelihood's fraction
-- is its percentage, since entries are in hundredths. Of the relative likelihood, a part is null where a
-- group has no staff. A denominator of nought means that there is no figure.
SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    'window' AS basis,
    'white_likelihood_percent' AS measure,
    white_hundredths AS numerator,
    white_headcount AS denominator,
    previous_white_hundredths AS previous_numerator,
    previous_white_headcount AS previous_denominator
FROM year_on_year
UNION ALL
SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    'window' AS basis,
    'bme_likelihood_percent' AS measure,
    bme_hundredths AS numerator,
    bme_headcount AS denominator,
    previous_bme_hundredths AS previous_numerator,
    previous_bme_headcount AS previous_denominator
FROM year_on_year
UNION ALL
SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    'window' AS basis,
    'overall_likelihood_percent' AS measure,
    white_hundredths + bme_hundredths + unknown_hundredths AS numerator,
    white_headcount + bme_headcount + unknown_headcount AS denominator,
    previous_white_hundredths + previous_bme_hundredths + previous_unknown_hundredths AS previous_numerator,
    previous_white_headcount + previous_bme_headcount + previous_unknown_headcount AS previous_denominator
FROM year_on_year
UNION ALL
SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    'window' AS basis,
    'relative_likelihood' AS measure,
    CASE WHEN white_headcount > 0 THEN bme_hundredths * white_headcount END AS numerator,
    CASE WHEN bme_headcount > 0 THEN white_hundredths * bme_headcount END AS denominator,
    CASE WHEN previous_white_headcount > 0 THEN previous_bme_hundredths * previous_white_headcount END
        AS previous_numerator,
    CASE WHEN previous_bme_headcount > 0 THEN previous_white_hundredths * previous_bme_headcount END
        AS previous_denominator
FROM year_on_year
UNION ALL
SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    'twelve_months' AS basis,
    'overall_likelihood_percent' AS measure,
    white_latest_hundredths + bme_latest_hundredths + unknown_latest_hundredths AS numerator,
    white_headcount + bme_headcount + unknown_headcount AS denominator,
    previous_white_latest_hundredths
    + previous_bme_latest_hundredths
    + previous_unknown_latest_hundredths AS previous_numerator,
    previous_white_headcount + previous_bme_headcount + previous_unknown_headcount AS previous_denominator
FROM year_on_year
UNION ALL
SELECT
    collection_year,
    years_between,
    level,
    code,
    organisation_group,
    'twelve_months' AS basis,
    'relative_likelihood' AS measure,
    CASE WHEN white_headcount > 0 THEN bme_latest_hundredths * white_headcount END AS numerator,
    CASE WHEN bme_headcount > 0 THEN white_latest_hundredths * bme_headcount END AS denominator,
    CASE
        WHEN previous_white_headcount > 0 THEN previous_bme_latest_hundredths * previous_white_headcount
    END AS previous_numerator,
    CASE WHEN previous_bme_headcount > 0 THEN previous_white_latest_hundredths * previous_bme_headcount END
        AS previous_denominator
FROM year_on_year
