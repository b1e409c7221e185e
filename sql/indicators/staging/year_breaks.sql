-- year_breaks: the window of each collection year, and whether it begins a new series.
--
-- One row per collection year. Break in series: the window or the template differs from the year before;
-- false where the warehouse does not hold the year before.
SELECT
    collections.collection_year,
    collections.window,
    COALESCE(
        collections.window <> year_before.window
        OR collections.template_version <> year_before.template_version,
        FALSE
    ) AS break_in_series
FROM collections
LEFT JOIN collections AS year_before ON collections.collection_year - 1 = year_before.collection_year
