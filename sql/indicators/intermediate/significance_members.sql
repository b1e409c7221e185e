-- significance_members: the organisations of every row that compares two years, each with its own counts.
--
-- One row per basis, row of `year_on_year`, measure and organisation compared in it, which of an
-- organisation's own row is the organisation itself; counts as in `significance_inputs`. On the basis
-- `twelve_months` they are those of two years, on `three_years` those of the three years up to each
-- (`three_year_pairs`). Left out are organisations whose sender has averaged two years already: their
-- entries of the twelve months are not known.
WITH averaged AS (
    SELECT DISTINCT
        matched_returns.collection_year,
        matched_returns.years_between,
        matched_returns.organisation_code
    FROM matched_returns
    INNER JOIN averaged_returns
        ON
            matched_returns.return_year = averaged_returns.collection_year
            AND matched_returns.return_code = averaged_returns.organisation_code
),

tested AS (
    SELECT
        'twelve_months' AS basis,
        significance_inputs.collection_year,
        significance_inputs.years_between,
        significance_inputs.code AS organisation_code,
        significance_inputs.measure,
        significance_inputs.group_headcount,
        significance_inputs.group_hundredths,
        significance_inputs.previous_group_headcount,
        significance_inputs.previous_group_hundredths,
        significance_inputs.comparator_headcount,
        significance_inputs.comparator_hundredths,
        significance_inputs.previous_comparator_headcount,
        significance_inputs.previous_comparator_hundredths
    FROM significance_inputs
    LEFT JOIN averaged
        ON
            significance_inputs.collection_year = averaged.collection_year
            AND significance_inputs.years_between = averaged.years_between
            AND significance_inputs.code = averaged.organisation_code
    WHERE significance_inputs.level = 'organisation' AND averaged.organisation_code IS NULL
    UNION ALL
    SELECT
        'three_years' AS basis,
        three_year_pairs.collection_year,
        3 AS years_between,
        three_year_pairs.organisation_code,
        three_year_pairs.measure,
        three_year_pairs.group_headcount,
        three_year_pairs.group_hundredths,
        three_year_pairs.previous_group_headcount,
        three_year_pairs.previous_group_hundredths,
        three_year_pairs.comparator_headcount,
        three_year_pairs.comparator_hundredths,
        three_year_pairs.previous_comparator_headcount,
        three_year_pairs.previous_comparator_hundredths
    FROM three_year_pairs
)

SELECT
    tested.basis,
    tested.collection_year,
    tested.years_between,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group,
    tested.measure,
    tested.organisation_code,
    tested.group_headcount,
    tested.group_hundredths,
    tested.previous_group_headcount,
    tested.previous_group_hundredths,
    tested.comparator_headcount,
    tested.comparator_hundredths,
    tested.previous_comparator_headcount,
    tested.previous_comparator_hundredths
FROM tested
INNER JOIN area_membership
    ON
        tested.collection_year = area_membership.collection_year
        AND tested.organisation_code = area_membership.organisation_code
