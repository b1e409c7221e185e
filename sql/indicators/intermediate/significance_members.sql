-- significance_members: the organisations of every row that compares two years, each with its own counts.
--
-- One row per row of `year_on_year`, measure and organisation compared in it, which of an organisation's own
-- row is the organisation itself; counts as in `significance_inputs`. Left out are organisations whose sender
-- has averaged two years already in either year: their entries of the twelve months are not known.
WITH averaged AS (
    SELECT
        matched_pairs.collection_year,
        matched_pairs.years_between,
        matched_pairs.organisation_code
    FROM matched_pairs
    INNER JOIN averaged_returns
        ON
            matched_pairs.collection_year = averaged_returns.collection_year
            AND matched_pairs.organisation_code = averaged_returns.organisation_code
    UNION
    SELECT
        earlier_pools.collection_year,
        earlier_pools.years_between,
        earlier_pools.organisation_code
    FROM earlier_pools
    INNER JOIN averaged_returns
        ON
            earlier_pools.collection_year - earlier_pools.years_between = averaged_returns.collection_year
            AND earlier_pools.earlier_code = averaged_returns.organisation_code
)

SELECT
    area_membership.collection_year,
    significance_inputs.years_between,
    area_membership.level,
    area_membership.code,
    area_membership.organisation_group,
    significance_inputs.measure,
    area_membership.organisation_code,
    significance_inputs.group_headcount,
    significance_inputs.group_hundredths,
    significance_inputs.previous_group_headcount,
    significance_inputs.previous_group_hundredths,
    significance_inputs.comparator_headcount,
    significance_inputs.comparator_hundredths,
    significance_inputs.previous_comparator_headcount,
    significance_inputs.previous_comparator_hundredths
FROM significance_inputs
INNER JOIN area_membership
    ON
        significance_inputs.collection_year = area_membership.collection_year
        AND significance_inputs.code = area_membership.organisation_code
LEFT JOIN averaged
    ON
        significance_inputs.collection_year = averaged.collection_year
        AND significance_inputs.years_between = averaged.years_between
        AND significance_inputs.code = averaged.organisation_code
WHERE significance_inputs.level = 'organisation' AND averaged.organisation_code IS NULL
