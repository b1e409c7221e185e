-- excess: the group that enters the process more often, and the fewest entries fewer in it that would have
-- taken the ratio to the range.
--
-- One row per row of `pooled_counts`. excess_group: bme above the range, white below it, none within; null
-- where the ratio cannot be calculated. excess_entries, in whole people, rounded up from the exact fraction:
-- above, E_bme - 1.25 * E_white * H_bme / H_white; below, E_white - E_bme * H_white / (0.8 * H_bme); 0
-- within. No number of more entries is ever counted: nobody is disciplined to change a ratio.
WITH gaps AS (
    -- with the numerator and the denominator of the ratio in hundredths of entries, both formulas are a whole
    -- number over four hundred times the headcount of the other group
    SELECT
        exact_ratio.collection_year,
        exact_ratio.level,
        exact_ratio.code,
        exact_ratio.organisation_group,
        CASE four_fifths_band.four_fifths_band
            WHEN 'above' THEN 'bme'
            WHEN 'below' THEN 'white'
            WHEN 'within' THEN 'none'
        END AS excess_group,
        CASE four_fifths_band.four_fifths_band
            WHEN 'above' THEN 4 * exact_ratio.numerator - 5 * exact_ratio.denominator
            WHEN 'below' THEN 4 * exact_ratio.denominator - 5 * exact_ratio.numerator
            WHEN 'within' THEN 0
        END AS gap,
        CASE four_fifths_band.four_fifths_band
            WHEN 'above' THEN 400 * exact_ratio.white_headcount
            WHEN 'below' THEN 400 * exact_ratio.bme_headcount
            WHEN 'within' THEN 1
        END AS step
    FROM exact_ratio
    INNER JOIN four_fifths_band USING (collection_year, level, code, organisation_group)
)

-- the gap over the step, rounded up
SELECT
    collection_year,
    level,
    code,
    organisation_group,
    excess_group,
    CAST(ROUND((gap + step - 1 - MOD(gap + step - 1, step)) / step) AS BIGINT) AS excess_entries
FROM gaps
