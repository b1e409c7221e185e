-- goals: how many organisations stand below, within and above the range, against the year's national goal.
--
-- One row per collection year and organisation group expected, and one for `all`. The share is of the
-- organisations with a ratio that can be calculated; the adjusted share leaves the small ones out as well,
-- in the years whose file states what small is. A share is null where there is nothing to share; goal_met,
-- judged on the exact share, is null there and where there is no goal. The goals cover trusts, commissioning
-- groups and national bodies ("A fair experience for all", 2019), not the care boards that came after them.
-- Beyond chance: by the interval of the ratio, whole above, below or within the range; the others cannot
-- tell. `goal_estimates` comes from pipeline/wres/indicators/statistics/goal_estimates.py: what chance alone
-- would give, and the share truly within; tenths of a per cent. Twelve months: the share on the entries of
-- the twelve months alone. Three years: the share on the counts of three years pooled for each organisation
-- (`three_year_counts`); null where none has three years yet.
WITH standing AS (
    SELECT
        area_membership.collection_year,
        area_membership.organisation_group,
        COALESCE(four_fifths_band.four_fifths_band, 'not_returned') AS four_fifths_band,
        COALESCE(small_numbers.small_numbers, FALSE) AS small_numbers,
        intervals.range_beyond_chance,
        twelve_months.four_fifths_band AS twelve_months_band
    FROM area_membership
    LEFT JOIN four_fifths_band
        ON
            area_membership.collection_year = four_fifths_band.collection_year
            AND area_membership.organisation_code = four_fifths_band.code
            AND four_fifths_band.level = 'organisation'
            AND four_fifths_band.basis = 'window'
            AND four_fifths_band.measure = 'relative_likelihood'
    LEFT JOIN small_numbers
        ON
            area_membership.collection_year = small_numbers.collection_year
            AND area_membership.organisation_code = small_numbers.code
            AND small_numbers.level = 'organisation'
            AND small_numbers.measure = 'relative_likelihood'
    LEFT JOIN intervals
        ON
            area_membership.collection_year = intervals.collection_year
            AND area_membership.organisation_code = intervals.code
            AND intervals.level = 'organisation'
            AND intervals.measure = 'relative_likelihood'
    LEFT JOIN twelve_months
        ON
            area_membership.collection_year = twelve_months.collection_year
            AND area_membership.organisation_code = twelve_months.code
            AND twelve_months.level = 'organisation'
    WHERE area_membership.level = 'national'
),

marked AS (
    SELECT
        collection_year,
        organisation_group,
        CASE WHEN four_fifths_band = 'below' THEN 1 ELSE 0 END AS is_below,
        CASE WHEN four_fifths_band = 'within' THEN 1 ELSE 0 END AS is_within,
        CASE WHEN four_fifths_band = 'above' THEN 1 ELSE 0 END AS is_above,
        CASE WHEN four_fifths_band = 'not_calculable' THEN 1 ELSE 0 END AS is_not_calculable,
        CASE WHEN four_fifths_band = 'not_returned' THEN 1 ELSE 0 END AS is_not_returned,
        CASE WHEN small_numbers THEN 1 ELSE 0 END AS is_small,
        CASE WHEN range_beyond_chance = 'above' THEN 1 ELSE 0 END AS is_above_beyond_chance,
        CASE WHEN range_beyond_chance = 'below' THEN 1 ELSE 0 END AS is_below_beyond_chance,
        CASE WHEN range_beyond_chance = 'within' THEN 1 ELSE 0 END AS is_within_beyond_chance,
        CASE WHEN range_beyond_chance = 'cannot_tell' THEN 1 ELSE 0 END AS is_cannot_tell,
        CASE WHEN twelve_months_band = 'within' THEN 1 ELSE 0 END AS is_within_twelve_months,
        CASE WHEN twelve_months_band IN ('below', 'within', 'above') THEN 1 ELSE 0 END
            AS is_calculable_twelve_months
    FROM standing
),

numbers AS (
    SELECT
        collection_year,
        organisation_group,
        CAST(SUM(is_below) AS BIGINT) AS below,
        CAST(SUM(is_within) AS BIGINT) AS within,
        CAST(SUM(is_above) AS BIGINT) AS above,
        CAST(SUM(is_not_calculable) AS BIGINT) AS not_calculable,
        CAST(SUM(is_not_returned) AS BIGINT) AS not_returned,
        CAST(SUM(is_small) AS BIGINT) AS small_organisations,
        CAST(SUM(is_below + is_within + is_above) AS BIGINT) AS calculable,
        CAST(SUM(is_within * (1 - is_small)) AS BIGINT) AS within_adjusted,
        CAST(SUM((is_below + is_within + is_above) * (1 - is_small)) AS BIGINT) AS calculable_adjusted,
        CAST(SUM(is_above_beyond_chance) AS BIGINT) AS above_beyond_chance,
        CAST(SUM(is_below_beyond_chance) AS BIGINT) AS below_beyond_chance,
        CAST(SUM(is_within_beyond_chance) AS BIGINT) AS within_beyond_chance,
        CAST(SUM(is_cannot_tell) AS BIGINT) AS cannot_tell,
        CAST(SUM(is_within_twelve_months) AS BIGINT) AS within_twelve_months,
        CAST(SUM(is_calculable_twelve_months) AS BIGINT) AS calculable_twelve_months
    FROM marked
    GROUP BY collection_year, organisation_group
),

-- a percentage to 1 decimal place, rounded as in `likelihoods`
fractions AS (
    SELECT
        numbers.collection_year,
        numbers.organisation_group,
        numbers.below,
        numbers.within,
        numbers.above,
        numbers.not_calculable,
        numbers.not_returned,
        numbers.calculable,
        numbers.above_beyond_chance,
        numbers.below_beyond_chance,
        numbers.within_beyond_chance,
        numbers.cannot_tell,
        CASE WHEN numbers.organisation_group <> 'icb' THEN collections.goal_percent END AS goal_percent,
        2000 * numbers.within + numbers.calculable AS share_dividend,
        NULLIF(2 * numbers.calculable, 0) AS share_divisor,
        2000 * numbers.within_adjusted + numbers.calculable_adjusted AS adjusted_dividend,
        CASE
            WHEN collections.small_numbers_entries IS NOT NULL THEN NULLIF(2 * numbers.calculable_adjusted, 0)
        END AS adjusted_divisor,
        CASE WHEN collections.small_numbers_entries IS NOT NULL THEN numbers.small_organisations END
            AS small_organisations,
        2000 * numbers.within_twelve_months + numbers.calculable_twelve_months AS twelve_months_dividend,
        NULLIF(2 * numbers.calculable_twelve_months, 0) AS twelve_months_divisor
    FROM numbers
    INNER JOIN collections ON numbers.collection_year = collections.collection_year
),

shares AS (
    SELECT
        *,
        0.1 * CAST(ROUND((share_dividend - MOD(share_dividend, share_divisor)) / share_divisor) AS BIGINT)
            AS share_within_percent,
        0.1
        * CAST(
            ROUND((adjusted_dividend - MOD(adjusted_dividend, adjusted_divisor)) / adjusted_divisor) AS BIGINT
        ) AS share_within_adjusted_percent,
        0.1
        * CAST(
            ROUND(
                (twelve_months_dividend - MOD(twelve_months_dividend, twelve_months_divisor))
                / twelve_months_divisor
            )
            AS BIGINT
        ) AS twelve_months_share_within_percent,
        CASE WHEN calculable > 0 THEN 100 * within >= goal_percent * calculable END AS goal_met
    FROM fractions
),

three_years AS (
    SELECT
        collection_year,
        organisation_group,
        CAST(COUNT(*) AS BIGINT) AS calculable,
        CAST(
            2000 * SUM(CASE WHEN four_fifths_band = 'within' THEN 1 ELSE 0 END) + COUNT(*) AS BIGINT
        ) AS dividend,
        CAST(2 * COUNT(*) AS BIGINT) AS divisor
    FROM goal_members
    WHERE basis = 'three_years' AND four_fifths_band <> 'not_calculable'
    GROUP BY collection_year, organisation_group
)

SELECT
    shares.*,
    year_breaks.window,
    year_breaks.break_in_series,
    0.1 * goal_estimates.expected_tenths AS expected_share_within_percent,
    0.1 * goal_estimates.expected_lower_tenths AS expected_share_within_lower_percent,
    0.1 * goal_estimates.expected_upper_tenths AS expected_share_within_upper_percent,
    0.1 * goal_estimates.truly_within_tenths AS share_truly_within_percent,
    three_years.calculable AS three_years_calculable,
    0.1
    * CAST(
        ROUND((three_years.dividend - MOD(three_years.dividend, three_years.divisor)) / three_years.divisor)
        AS BIGINT
    ) AS three_years_share_within_percent,
    0.1 * three_year_estimates.expected_tenths AS three_years_expected_share_within_percent
FROM shares
INNER JOIN year_breaks ON shares.collection_year = year_breaks.collection_year
LEFT JOIN goal_estimates
    ON
        shares.collection_year = goal_estimates.collection_year
        AND shares.organisation_group = goal_estimates.organisation_group
        AND goal_estimates.basis = 'window'
LEFT JOIN three_years
    ON
        shares.collection_year = three_years.collection_year
        AND shares.organisation_group = three_years.organisation_group
LEFT JOIN goal_estimates AS three_year_estimates
    ON
        shares.collection_year = three_year_estimates.collection_year
        AND shares.organisation_group = three_year_estimates.organisation_group
        AND three_year_estimates.basis = 'three_years'
