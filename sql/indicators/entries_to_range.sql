-- entries_to_range: the smallest whole number of BME entries fewer (when above) or more (when below) that
-- would have put the ratio within range.
--
-- One row per row of `levels`: 0 when within; null when the ratio cannot be calculated, and when no whole
-- number does it, because one entry jumps over the range or there are not that many BME staff.
WITH gaps AS (
    -- the gap is how far the exact ratio is from the nearer end of the range; one entry, which is a hundred
    -- hundredths, moves the numerator by 100 * white_headcount and so the gap by a step
    SELECT
        exact_ratio.*,
        CASE fair_range.fair_range
            WHEN 'above' THEN -100
            WHEN 'below' THEN 100
            WHEN 'within' THEN 0
        END AS direction,
        CASE fair_range.fair_range
            WHEN 'above' THEN 4 * exact_ratio.numerator - 5 * exact_ratio.denominator
            WHEN 'below' THEN 4 * exact_ratio.denominator - 5 * exact_ratio.numerator
            WHEN 'within' THEN 0
        END AS gap,
        CASE fair_range.fair_range
            WHEN 'above' THEN 400 * exact_ratio.white_headcount
            WHEN 'below' THEN 500 * exact_ratio.white_headcount
            WHEN 'within' THEN 1
        END AS step
    FROM exact_ratio
    INNER JOIN fair_range USING (collection_year, level, code, organisation_group)
),

-- the gap over the step, rounded up
needed AS (
    SELECT
        *,
        CAST(ROUND((gap + step - 1 - MOD(gap + step - 1, step)) / step) AS BIGINT) AS entries
    FROM gaps
),

moved AS (
    SELECT
        *,
        bme_hundredths + direction * entries AS bme_hundredths_after,
        (bme_hundredths + direction * entries) * white_headcount AS numerator_after
    FROM needed
)

SELECT
    collection_year,
    level,
    code,
    organisation_group,
    CASE
        WHEN
            5 * numerator_after >= 4 * denominator
            AND 4 * numerator_after <= 5 * denominator
            AND (direction <= 0 OR bme_hundredths_after <= 100 * bme_headcount)
            THEN entries
    END AS entries_to_range
FROM moved
