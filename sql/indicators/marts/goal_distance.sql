-- goal_distance: how far the share of organisations within the range is from the year's national goal.
--
-- One row per row of `goals` with a goal and a ratio that can be calculated. Points to goal: the goal less
-- the exact share, in percentage points to 1 decimal place, rounded as in `likelihoods`; negative where the
-- goal is passed. Organisations to goal: the smallest number of those outside the range that would have had
-- to be within it, all else the same; 0 where the goal is met.
WITH gaps AS (
    SELECT
        goals.collection_year,
        goals.organisation_group,
        goals.window,
        goals.break_in_series,
        goals.goal_percent,
        goals.share_within_percent,
        goals.below + goals.within + goals.above AS calculable,
        goals.goal_percent * (goals.below + goals.within + goals.above) - 100 * goals.within AS gap
    FROM goals
    WHERE goals.goal_percent IS NOT NULL AND goals.below + goals.within + goals.above > 0
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
    fractions.collection_year,
    fractions.organisation_group,
    fractions.window,
    fractions.break_in_series,
    fractions.share_within_percent,
    fractions.goal_percent,
    CASE WHEN fractions.gap >= 0 THEN 0.1 ELSE -0.1 END
    * CAST(
        ROUND((fractions.dividend - MOD(fractions.dividend, fractions.divisor)) / fractions.divisor) AS BIGINT
    ) AS points_to_goal,
    CAST(ROUND((fractions.hundreds - MOD(fractions.hundreds, 100)) / 100) AS BIGINT) AS organisations_to_goal
FROM fractions
