-- goal_distance: how far the share of organisations within the range is from the year's national goal.
--
-- One row per row of `goals` with a goal and a ratio that can be calculated. Points to goal: the goal less
-- the exact share, in percentage points to 1 decimal place, rounded as in `likelihoods`; negative where the
-- goal is passed. Organisations to goal: the smallest number of those outside the range that would have had
-- to be within it, all else the same; 0 where the goal is met.
WITH gaps AS (
    SELECT
        collection_year,
        organisation_group,
        goal_percent,
        share_within_percent,
        below + within + above AS calculable,
        goal_percent * (below + within + above) - 100 * within AS gap
    FROM goals
    WHERE goal_percent IS NOT NULL AND below + within + above > 0
),

fractions AS (
    SELECT
        *,
        20 * ABS(gap) + calculable AS dividend,
        2 * calculable AS divisor,
        CASE WHEN gap > 0 THEN gap + 99 ELSE 0 END AS hundreds
    FROM gaps
)

SELECT
    collection_year,
    organisation_group,
    share_within_percent,
    goal_percent,
    CASE WHEN gap >= 0 THEN 0.1 ELSE -0.1 END
    * CAST(ROUND((dividend - MOD(dividend, divisor)) / divisor) AS BIGINT) AS points_to_goal,
    CAST(ROUND((hundreds - MOD(hundreds, 100)) / 100) AS BIGINT) AS organisations_to_goal
FROM fractions
