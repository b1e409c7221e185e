-- verdicts: each figure of two years that is tested, how it moved, and whether by more than chance.
--
-- One row per row of `tested_organisations`. `significance` comes from
-- pipeline/wres/indicators/statistics/change_table.py: p and q values, and whether the move is beyond
-- chance; null where nothing could have shown. A likelihood improves when it falls, a ratio when it comes
-- nearer 1. Where the two ratios are on two sides of 1, whether it came nearer is a test of its own; a ratio
-- that moved beyond chance, and is not nearer or farther by more than chance, has changed sides.
SELECT
    year_on_year_measures.basis,
    year_on_year_measures.collection_year,
    year_on_year_measures.years_between,
    year_on_year_measures.level,
    year_on_year_measures.code,
    year_on_year_measures.organisation_group,
    year_on_year_measures.measure,
    tested_organisations.organisations,
    year_on_year_measures.figure,
    year_on_year_measures.previous_figure,
    year_on_year_measures.direction,
    0.0001 * significance.p_ten_thousandths AS p_value,
    0.0001 * significance.q_ten_thousandths AS q_value,
    CASE
        WHEN significance.beyond_chance IS NULL THEN 'not_tested'
        WHEN
            year_on_year_measures.is_ratio
            AND COALESCE(significance.distance_beyond_chance, significance.beyond_chance)
            THEN
                CASE year_on_year_measures.from_equal
                    WHEN 'nearer' THEN 'improved'
                    WHEN 'farther' THEN 'worsened'
                    WHEN 'as_far' THEN 'changed_side'
                END
        WHEN NOT significance.beyond_chance THEN 'within_chance'
        WHEN year_on_year_measures.is_ratio THEN 'changed_side'
        WHEN year_on_year_measures.direction = 'fell' THEN 'improved'
        WHEN year_on_year_measures.direction = 'rose' THEN 'worsened'
    END AS verdict,
    0.0001 * significance.distance_p_ten_thousandths AS distance_p_value,
    0.0001 * significance.distance_q_ten_thousandths AS distance_q_value,
    0.01 * significance.shrunken_hundredths AS shrunken_figure,
    0.01 * significance.previous_shrunken_hundredths AS previous_shrunken_figure
FROM year_on_year_measures
INNER JOIN tested_organisations
    USING (basis, collection_year, years_between, level, code, organisation_group, measure)
LEFT JOIN significance
    USING (basis, collection_year, years_between, level, code, organisation_group, measure)
