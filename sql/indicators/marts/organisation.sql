-- organisation: every organisation with an accepted return.
--
-- One row per collection year and organisation.
SELECT
    indicators.*,
    -- The register writes '' where it does not say it.
    NULLIF(organisations.organisation_type, '') AS organisation_type,
    NULLIF(organisations.region_code, '') AS region_code,
    NULLIF(organisations.region_name, '') AS region_name,
    intervals.range_beyond_chance,
    0.0001 * intervals.equal_q_ten_thousandths AS differs_from_equal_q_value,
    averaged_returns.organisation_code IS NOT NULL AS averaged_by_sender,
    unknown_ethnicity.relative_likelihood_unknown_white,
    unknown_ethnicity.relative_likelihood_unknown_bme,
    unknown_ethnicity.relative_likelihood_unknown_lowest,
    unknown_ethnicity.relative_likelihood_unknown_highest
FROM indicators
INNER JOIN organisations
    ON
        indicators.collection_year = organisations.collection_year
        AND indicators.code = organisations.organisation_code
INNER JOIN intervals
    ON
        indicators.collection_year = intervals.collection_year
        AND indicators.level = intervals.level
        AND indicators.code = intervals.code
        AND intervals.measure = 'relative_likelihood'
INNER JOIN unknown_ethnicity
    ON
        indicators.collection_year = unknown_ethnicity.collection_year
        AND indicators.level = unknown_ethnicity.level
        AND indicators.code = unknown_ethnicity.code
LEFT JOIN averaged_returns
    ON
        indicators.collection_year = averaged_returns.collection_year
        AND indicators.code = averaged_returns.organisation_code
WHERE indicators.level = 'organisation'
