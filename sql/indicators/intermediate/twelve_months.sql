-- twelve_months: the pooled rows and organisations once more, on the entries of the twelve months to the
-- snapshot alone: what can be compared across a change of window.
--
-- One row per collection year, level, code and organisation group with a return on this basis (see
-- `return_counts`), and the number of these returns.
WITH known AS (
    SELECT DISTINCT
        collection_year,
        organisation_code
    FROM return_counts
    WHERE basis = 'twelve_months'
),

areas_of_twelve_months AS (
    SELECT
        area_membership.collection_year,
        area_membership.level,
        area_membership.code,
        area_membership.organisation_group,
        COUNT(*) AS organisations
    FROM area_membership
    INNER JOIN known
        ON
            area_membership.collection_year = known.collection_year
            AND area_membership.organisation_code = known.organisation_code
    GROUP BY
        area_membership.collection_year,
        area_membership.level,
        area_membership.code,
        area_membership.organisation_group
)

SELECT
    areas_of_twelve_months.collection_year,
    areas_of_twelve_months.level,
    areas_of_twelve_months.code,
    areas_of_twelve_months.organisation_group,
    areas_of_twelve_months.organisations,
    likelihoods.likelihood_percent AS overall_likelihood_percent,
    relative_likelihood.relative_likelihood,
    four_fifths_band.four_fifths_band
FROM areas_of_twelve_months
INNER JOIN likelihoods USING (collection_year, level, code, organisation_group)
INNER JOIN relative_likelihood USING (basis, collection_year, level, code, organisation_group)
INNER JOIN four_fifths_band USING (basis, collection_year, level, code, organisation_group, measure)
WHERE
    likelihoods.basis = 'twelve_months'
    AND likelihoods.ethnic_group = 'overall'
    AND relative_likelihood.measure = 'relative_likelihood'
