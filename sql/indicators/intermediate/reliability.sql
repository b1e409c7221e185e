-- reliability: whether a ratio rests on enough events to be judged.
--
-- One row per row of `levels`, rule reliability/1: by the entries that the smaller group would have if both
-- groups were equally likely to enter, (E_white + E_bme) * min(H_white, H_bme) / (H_white + H_bme), on events
-- counted: a two-year average counts the events of both years, twice the average. not_judged below 3, low
-- from 3 to below 20, reliable from 20 on; not_judged where the ratio cannot be calculated. As the ONS does
-- for rates: fewer than 20 events are marked unreliable, none is calculated from fewer than 3.
WITH expected AS (
    SELECT
        levels.collection_year,
        levels.level,
        levels.code,
        levels.organisation_group,
        exact_ratio.reason_not_calculable,
        CASE WHEN collections.window = 'two_year_average' THEN 2 ELSE 1 END
        * (levels.white_hundredths + levels.bme_hundredths)
        * LEAST(levels.white_headcount, levels.bme_headcount) AS hundredths_times_staff,
        levels.white_headcount + levels.bme_headcount AS staff
    FROM levels
    INNER JOIN exact_ratio USING (collection_year, level, code, organisation_group)
    INNER JOIN collections ON levels.collection_year = collections.collection_year
)

SELECT
    collection_year,
    level,
    code,
    organisation_group,
    CASE
        WHEN reason_not_calculable IS NOT NULL OR hundredths_times_staff < 300 * staff THEN 'not_judged'
        WHEN hundredths_times_staff < 2000 * staff THEN 'low'
        ELSE 'reliable'
    END AS reliability
FROM expected
