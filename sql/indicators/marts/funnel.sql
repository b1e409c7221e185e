-- funnel: each organisation against the national value, with the limits that chance alone would set, and
-- those widened for organisations differing by more than chance.
--
-- One row per collection year, organisation with an accepted return and measure. `funnel_limits` comes from
-- pipeline/wres/indicators/statistics/funnel_table.py, in hundredths; null where a limit does not exist.
-- Size is what the limits depend on: all staff for the likelihood, white and BME entries for the ratio.
SELECT
    own.collection_year,
    own.code,
    own.name,
    own.organisation_group,
    year_breaks.window,
    year_breaks.break_in_series,
    funnel_limits.measure,
    0.01 * funnel_limits.size_hundredths AS size,
    CASE funnel_limits.measure
        WHEN 'relative_likelihood' THEN own.relative_likelihood ELSE own.overall_likelihood_percent
    END AS figure,
    CASE funnel_limits.measure
        WHEN 'relative_likelihood' THEN nation.relative_likelihood ELSE nation.overall_likelihood_percent
    END AS national_figure,
    0.01 * funnel_limits.lower_95_hundredths AS lower_95,
    0.01 * funnel_limits.upper_95_hundredths AS upper_95,
    0.01 * funnel_limits.lower_99_8_hundredths AS lower_99_8,
    0.01 * funnel_limits.upper_99_8_hundredths AS upper_99_8,
    funnel_limits.outside_95,
    funnel_limits.outside_99_8,
    0.01 * funnel_limits.dispersion_hundredths AS dispersion,
    0.0001 * funnel_limits.outside_q_ten_thousandths AS outside_q_value,
    0.01 * funnel_limits.widened_lower_95_hundredths AS widened_lower_95,
    0.01 * funnel_limits.widened_upper_95_hundredths AS widened_upper_95,
    0.01 * funnel_limits.widened_lower_99_8_hundredths AS widened_lower_99_8,
    0.01 * funnel_limits.widened_upper_99_8_hundredths AS widened_upper_99_8,
    funnel_limits.outside_widened_95,
    funnel_limits.outside_widened_99_8
FROM indicators AS own
INNER JOIN
    funnel_limits
    ON own.collection_year = funnel_limits.collection_year AND own.code = funnel_limits.code
INNER JOIN indicators AS nation
    ON
        own.collection_year = nation.collection_year
        AND own.organisation_group = nation.organisation_group
        AND nation.level = 'national'
INNER JOIN year_breaks ON own.collection_year = year_breaks.collection_year
WHERE own.level = 'organisation'
