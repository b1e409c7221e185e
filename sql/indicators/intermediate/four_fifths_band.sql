-- four_fifths_band: where the relative likelihood stands against the four-fifths rule.
--
-- One row per row of `group_ratios`: below 0.8, within 0.8 to 1.25 (both ends in), above 1.25, or
-- not_calculable. Judged on the exact fraction, never on the rounded ratio: 1.2504 is above though it prints
-- as 1.25.
SELECT
    basis,
    collection_year,
    level,
    code,
    organisation_group,
    measure,
    CASE
        WHEN reason_not_calculable IS NOT NULL THEN 'not_calculable'
        WHEN 5 * numerator < 4 * denominator THEN 'below'
        WHEN 4 * numerator > 5 * denominator THEN 'above'
        ELSE 'within'
    END AS four_fifths_band
FROM group_ratios
