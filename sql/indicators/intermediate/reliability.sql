-- reliability: whether a ratio rests on enough events to be judged.
--
-- One row per row of `exact_ratio`, rule reliability/1: by the entries that the smaller group would have if
-- both groups were equally likely to enter, (E1 + E2) * min(H1, H2) / (H1 + H2), on
-- events counted: a two-year average counts the events of both years, twice the average. not_judged below 3,
-- low from 3 to below 20, reliable from 20 on; not_judged where the ratio cannot be calculated. As the ONS
-- does for rates: fewer than 20 events are marked unreliable, none is calculated from fewer than 3.
WITH expected AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        measure,
        reason_not_calculable,
        years_counted
        * (group_hundredths + comparator_hundredths)
        * LEAST(group_headcount, comparator_headcount) AS hundredths_times_staff,
        group_headcount + comparator_headcount AS staff
    FROM exact_ratio
)

SELECT
    collection_year,
    level,
    code,
    organisation_group,
    measure,
    CASE
        WHEN reason_not_calculable IS NOT NULL OR hundredths_times_staff < 300 * staff THEN 'not_judged'
        WHEN hundredths_times_staff < 2000 * staff THEN 'low'
        ELSE 'reliable'
    END AS reliability
FROM expected
