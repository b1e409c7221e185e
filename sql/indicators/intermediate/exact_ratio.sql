-- exact_ratio: the relative likelihood as a fraction of two whole numbers, or the reason why there is none.
--
-- One row per row of `pooled_counts`, with its counts. (E_bme / H_bme) / (E_white / H_white) is numerator
-- over denominator. The reason is the first that applies. No BME entries with some white ones is a ratio of
-- nought.
SELECT
    *,
    bme_hundredths * white_headcount AS numerator,
    white_hundredths * bme_headcount AS denominator,
    CASE
        WHEN white_headcount = 0 THEN 'no_white_staff'
        WHEN bme_headcount = 0 THEN 'no_bme_staff'
        WHEN white_hundredths = 0 THEN 'no_white_entries'
    END AS reason_not_calculable
FROM pooled_counts
