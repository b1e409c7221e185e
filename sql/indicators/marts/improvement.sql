-- improvement: what moved since one and three years ago by more than chance.
--
-- One row per row of `compared` and measure (overall and relative likelihood), on entries of the twelve
-- months to the snapshot alone, so that no entry is in both years. `chance` comes from
-- pipeline/indicators/chance.py: the p value of the exact test, the q value over the family, and whether the
-- move is beyond chance; null where nothing could have shown. A likelihood improves when it falls, a ratio
-- when it comes nearer to 1.
SELECT
    compared.collection_year,
    compared.years_between,
    compared.level,
    compared.code,
    compared.name,
    compared.organisation_group,
    compared.break_in_series,
    compared.matched_organisations,
    compared_measures.measure,
    compared_measures.figure,
    compared_measures.previous_figure,
    compared_measures.direction,
    0.0001 * chance.p_ten_thousandths AS p_value,
    0.0001 * chance.q_ten_thousandths AS q_value,
    CASE
        WHEN chance.beyond_chance IS NULL THEN 'not_tested'
        WHEN NOT chance.beyond_chance THEN 'within_chance'
        WHEN compared_measures.measure = 'relative_likelihood'
            THEN
                CASE compared_measures.from_equal
                    WHEN 'nearer' THEN 'improved'
                    WHEN 'farther' THEN 'worsened'
                    WHEN 'as_far' THEN 'as_far_from_equal'
                END
        WHEN compared_measures.direction = 'fell' THEN 'improved'
        WHEN compared_measures.direction = 'rose' THEN 'worsened'
    END AS verdict
FROM compared
INNER JOIN compared_measures USING (collection_year, years_between, level, code, organisation_group)
INNER JOIN chance USING (collection_year, years_between, level, code, organisation_group, measure)
WHERE compared_measures.basis = 'twelve_months'
