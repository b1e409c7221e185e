-- funnel_inputs: what an organisation's funnel limits rest on: a count, out of how many, and the share of
-- them that the national value leads one to expect.
--
-- One row per collection year, organisation with a return and measure. Overall: entries of all staff, out of
-- all staff; expected is the national likelihood. Relative: BME entries, out of white and BME entries; were
-- the ratio the national one, BME entries would be to white ones as the national ratio times BME staff to
-- white staff. National is the row of the organisation's own group. The expected share is a fraction, null
-- where there is no national value or a group has no staff. Entered and size are in hundredths, and count the
-- events of both years of a two-year average, over twice the staff (person-years).
SELECT
    own.collection_year,
    own.code,
    own.organisation_group,
    'overall_likelihood_percent' AS measure,
    own.years_counted * (own.white_hundredths + own.bme_hundredths + own.unknown_hundredths)
        AS entered_hundredths,
    own.years_counted * 100 * (own.white_headcount + own.bme_headcount + own.unknown_headcount)
        AS size_hundredths,
    nation.white_hundredths + nation.bme_hundredths + nation.unknown_hundredths AS share_numerator,
    NULLIF(100 * (nation.white_headcount + nation.bme_headcount + nation.unknown_headcount), 0)
        AS share_denominator,
    own.white_headcount,
    own.bme_headcount
FROM exact_ratio AS own
INNER JOIN exact_ratio AS nation
    ON
        own.collection_year = nation.collection_year
        AND own.organisation_group = nation.organisation_group
        AND nation.level = 'national'
WHERE own.level = 'organisation'
UNION ALL
SELECT
    own.collection_year,
    own.code,
    own.organisation_group,
    'relative_likelihood' AS measure,
    own.years_counted * own.bme_hundredths AS entered_hundredths,
    own.years_counted * (own.white_hundredths + own.bme_hundredths) AS size_hundredths,
    nation.numerator * own.bme_headcount AS share_numerator,
    CASE
        WHEN nation.reason_not_calculable IS NULL AND own.white_headcount > 0 AND own.bme_headcount > 0
            THEN nation.numerator * own.bme_headcount + nation.denominator * own.white_headcount
    END AS share_denominator,
    own.white_headcount,
    own.bme_headcount
FROM exact_ratio AS own
INNER JOIN exact_ratio AS nation
    ON
        own.collection_year = nation.collection_year
        AND own.organisation_group = nation.organisation_group
        AND nation.level = 'national'
WHERE own.level = 'organisation'
