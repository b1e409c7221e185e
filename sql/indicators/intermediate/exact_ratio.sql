-- exact_ratio: the relative likelihood as a fraction of two whole numbers, or the reason why there is none.
--
-- One row per row of `pooled_counts`, with its counts. (E_bme / H_bme) / (E_white / H_white) is numerator
-- over denominator. The reason is the first that applies. No BME entries with some white ones is a ratio of
-- nought. Years counted: how many years' events the entries are the mean of; what allows for chance counts
-- the events of all of them, over as many person-years.
SELECT
    pooled_counts.*,
    CASE WHEN collections.window = 'two_year_average' THEN 2 ELSE 1 END AS years_counted,
    pooled_counts.bme_hundredths * pooled_counts.white_headcount AS numerator,
    pooled_counts.white_hundredths * pooled_counts.bme_headcount AS denominator,
    CASE
        WHEN pooled_counts.white_headcount = 0 THEN 'no_white_staff'
        WHEN pooled_counts.bme_headcount = 0 THEN 'no_bme_staff'
        WHEN pooled_counts.white_hundredths = 0 THEN 'no_white_entries'
    END AS reason_not_calculable
FROM pooled_counts
INNER JOIN collections ON pooled_counts.collection_year = collections.collection_year
