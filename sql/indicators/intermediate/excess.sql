-- excess: the group that enters the process more often, and the fewest entries fewer in it that would have
-- taken the ratio to the range.
--
-- One row per row of `exact_ratio`. excess_group: the group above the range, the comparator below it, none
-- within; null where the ratio cannot be calculated. excess_entries, in whole people, rounded up from the
-- exact fraction: above, E_group - 1.25 * E_comparator * H_group / H_comparator; below, E_comparator -
-- E_group * H_comparator / (0.8 * H_group); 0 within. No number of more entries is ever counted: nobody is
-- disciplined to change a ratio.
WITH gaps AS (
    -- with the numerator and the denominator of the ratio in hundredths of entries, both formulas are a whole
    -- number over four hundred times the headcount of the other group
    SELECT
        exact_ratio.collection_year,
        exact_ratio.level,
        exact_ratio.code,
        exact_ratio.organisation_group,
        exact_ratio.measure,
        CASE four_fifths_band.four_fifths_band
            WHEN 'above' THEN exact_ratio.ethnic_group
            WHEN 'below' THEN exact_ratio.comparator
            WHEN 'within' THEN 'none'
        END AS excess_group,
        CASE four_fifths_band.four_fifths_band
            WHEN 'above' THEN 4 * exact_ratio.numerator - 5 * exact_ratio.denominator
            WHEN 'below' THEN 4 * exact_ratio.denominator - 5 * exact_ratio.numerator
            WHEN 'within' THEN 0
        END AS gap,
        CASE four_fifths_band.four_fifths_band
            WHEN 'above' THEN 400 * exact_ratio.comparator_headcount
            WHEN 'below' THEN 400 * exact_ratio.group_headcount
            WHEN 'within' THEN 1
        END AS step
    FROM exact_ratio
    INNER JOIN four_fifths_band USING (collection_year, level, code, organisation_group, measure)
    WHERE four_fifths_band.basis = 'window'
)

-- the gap over the step, rounded up
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    measure,
    excess_group,
    CAST(ROUND((gap + step - 1 - MOD(gap + step - 1, step)) / step) AS BIGINT) AS excess_entries
FROM gaps
