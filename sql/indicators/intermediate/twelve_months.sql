-- twelve_months: the pooled rows and organisations once more, on the entries of the twelve months to the
-- snapshot alone: what can be compared across a change of window.
--
-- One row per collection year, level, code and organisation group with a return whose entries of the twelve
-- months are whole people. A half says that the sender has averaged two years already; such a return is left
-- out. Likelihood and ratio are to 2 decimal places, rounded once (see `likelihoods`); null where there is
-- none.
WITH members AS (
    SELECT
        area_membership.collection_year,
        area_membership.organisation_code,
        area_membership.level,
        area_membership.code,
        area_membership.organisation_group
    FROM area_membership
    INNER JOIN accepted_returns
        ON
            area_membership.collection_year = accepted_returns.collection_year
            AND area_membership.organisation_code = accepted_returns.organisation_code
    LEFT JOIN averaged_returns
        ON
            area_membership.collection_year = averaged_returns.collection_year
            AND area_membership.organisation_code = averaged_returns.organisation_code
    WHERE averaged_returns.organisation_code IS NULL
),

areas_of_twelve_months AS (
    SELECT
        collection_year,
        level,
        code,
        organisation_group,
        COUNT(*) AS organisations
    FROM members
    GROUP BY collection_year, level, code, organisation_group
),

grouped AS (
    SELECT
        members.collection_year,
        members.level,
        members.code,
        members.organisation_group,
        group_members.ethnic_group,
        CAST(SUM(CASE WHEN counts.measure = 'headcount' THEN counts.value ELSE 0 END) AS DECIMAL(38, 0))
            AS headcount,
        CAST(
            SUM(CASE WHEN counts.measure = 'latest_hundredths' THEN counts.value ELSE 0 END) AS DECIMAL(38, 0)
        ) AS hundredths
    FROM members
    INNER JOIN counts
        ON
            members.collection_year = counts.collection_year
            AND members.organisation_code = counts.organisation_code
    INNER JOIN group_members
        ON
            counts.collection_year = group_members.collection_year
            AND counts.ethnic_group = group_members.member
    GROUP BY
        members.collection_year,
        members.level,
        members.code,
        members.organisation_group,
        group_members.ethnic_group
),

fractions AS (
    SELECT
        areas_of_twelve_months.collection_year,
        areas_of_twelve_months.level,
        areas_of_twelve_months.code,
        areas_of_twelve_months.organisation_group,
        areas_of_twelve_months.organisations,
        compared.hundredths * comparator.headcount AS numerator,
        CASE
            WHEN comparator.headcount > 0 AND compared.headcount > 0
                THEN NULLIF(comparator.hundredths * compared.headcount, 0)
        END AS denominator,
        overall.hundredths,
        overall.headcount
    FROM areas_of_twelve_months
    INNER JOIN comparisons
        ON
            areas_of_twelve_months.collection_year = comparisons.collection_year
            AND comparisons.measure = 'relative_likelihood'
    INNER JOIN grouped AS compared
        ON
            areas_of_twelve_months.collection_year = compared.collection_year
            AND areas_of_twelve_months.level = compared.level
            AND areas_of_twelve_months.code = compared.code
            AND areas_of_twelve_months.organisation_group = compared.organisation_group
            AND comparisons.ethnic_group = compared.ethnic_group
    INNER JOIN grouped AS comparator
        ON
            areas_of_twelve_months.collection_year = comparator.collection_year
            AND areas_of_twelve_months.level = comparator.level
            AND areas_of_twelve_months.code = comparator.code
            AND areas_of_twelve_months.organisation_group = comparator.organisation_group
            AND comparisons.comparator = comparator.ethnic_group
    INNER JOIN grouped AS overall
        ON
            areas_of_twelve_months.collection_year = overall.collection_year
            AND areas_of_twelve_months.level = overall.level
            AND areas_of_twelve_months.code = overall.code
            AND areas_of_twelve_months.organisation_group = overall.organisation_group
            AND overall.ethnic_group = 'overall'
),

rounded AS (
    SELECT
        *,
        200 * numerator + denominator AS ratio_dividend,
        2 * denominator AS ratio_divisor,
        200 * hundredths + headcount AS rate_dividend,
        NULLIF(2 * headcount, 0) AS rate_divisor
    FROM fractions
)

SELECT
    collection_year,
    level,
    code,
    organisation_group,
    organisations,
    0.01 * CAST(ROUND((rate_dividend - MOD(rate_dividend, rate_divisor)) / rate_divisor) AS BIGINT)
        AS overall_likelihood_percent,
    0.01 * CAST(ROUND((ratio_dividend - MOD(ratio_dividend, ratio_divisor)) / ratio_divisor) AS BIGINT)
        AS relative_likelihood,
    CASE
        WHEN denominator IS NULL THEN 'not_calculable'
        WHEN 5 * numerator < 4 * denominator THEN 'below'
        WHEN 4 * numerator > 5 * denominator THEN 'above'
        ELSE 'within'
    END AS four_fifths_band
FROM rounded
