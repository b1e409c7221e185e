-- pooled_indicators: the nation, regions and types with the measures that tell their organisations apart.
--
-- One row per row of `indicators` of these levels. `pooled_ratios` comes from
-- pipeline/wres/indicators/statistics/pooled_ratios.py: the ratio within organisations and the intervals, in
-- hundredths; null where there is none. Composition factor: the pooled ratio over that within organisations.
-- Organisations above and below beyond chance: those whose whole interval is above or below the range.
WITH beyond_chance AS (
    SELECT
        pooled_members.collection_year,
        pooled_members.level,
        pooled_members.code,
        pooled_members.organisation_group,
        CAST(SUM(CASE WHEN intervals.range_beyond_chance = 'above' THEN 1 ELSE 0 END) AS BIGINT)
            AS organisations_above_beyond_chance,
        CAST(SUM(CASE WHEN intervals.range_beyond_chance = 'below' THEN 1 ELSE 0 END) AS BIGINT)
            AS organisations_below_beyond_chance
    FROM pooled_members
    INNER JOIN intervals
        ON
            pooled_members.collection_year = intervals.collection_year
            AND pooled_members.organisation_code = intervals.code
            AND intervals.level = 'organisation'
            AND intervals.measure = 'relative_likelihood'
    GROUP BY
        pooled_members.collection_year,
        pooled_members.level,
        pooled_members.code,
        pooled_members.organisation_group
)

SELECT
    indicators.*,
    0.01 * pooled_ratios.between_lower_hundredths AS relative_likelihood_between_lower,
    0.01 * pooled_ratios.between_upper_hundredths AS relative_likelihood_between_upper,
    0.01 * pooled_ratios.within_hundredths AS relative_likelihood_within,
    0.01 * pooled_ratios.within_lower_hundredths AS relative_likelihood_within_lower,
    0.01 * pooled_ratios.within_upper_hundredths AS relative_likelihood_within_upper,
    0.01 * pooled_ratios.composition_hundredths AS composition_factor,
    beyond_chance.organisations_above_beyond_chance,
    beyond_chance.organisations_below_beyond_chance,
    twelve_months.organisations AS twelve_months_organisations,
    twelve_months.overall_likelihood_percent AS twelve_months_overall_likelihood_percent,
    twelve_months.relative_likelihood AS twelve_months_relative_likelihood,
    unknown_ethnicity.relative_likelihood_unknown_white,
    unknown_ethnicity.relative_likelihood_unknown_bme,
    unknown_ethnicity.relative_likelihood_unknown_lowest,
    unknown_ethnicity.relative_likelihood_unknown_highest
FROM indicators
INNER JOIN pooled_ratios USING (collection_year, level, code, organisation_group)
INNER JOIN beyond_chance USING (collection_year, level, code, organisation_group)
INNER JOIN unknown_ethnicity USING (collection_year, level, code, organisation_group)
LEFT JOIN twelve_months USING (collection_year, level, code, organisation_group)
