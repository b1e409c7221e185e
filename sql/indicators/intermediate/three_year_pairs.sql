-- three_year_pairs: the counts of three years and of the three before them, of each organisation.
--
-- One row per collection year, organisation and measure (the overall likelihood, of all staff, without a
-- comparator; and every ratio of the year), in the columns of `significance_inputs`. Only organisations that
-- are matched over three years, have three whole years up to this one (`three_year_returns`), and whose
-- members of three years before all had three whole years up to then. The two windows share no entries.
-- Headcounts are person-years.
WITH sides AS (
    SELECT
        collection_year,
        organisation_code,
        side,
        return_year,
        return_code
    FROM matched_returns
    WHERE years_between = 3
),

known AS (
    SELECT DISTINCT
        collection_year,
        organisation_code
    FROM three_year_returns
),

whole AS (
    SELECT
        sides.collection_year,
        sides.organisation_code
    FROM sides
    LEFT JOIN known
        ON
            sides.return_year = known.collection_year
            AND sides.return_code = known.organisation_code
    GROUP BY sides.collection_year, sides.organisation_code
    HAVING COUNT(*) = COUNT(known.organisation_code)
),

counted AS (
    SELECT
        sides.collection_year,
        sides.organisation_code,
        group_members.ethnic_group,
        CONCAT(sides.side, '.', three_year_counts.measure) AS counted,
        three_year_counts.value
    FROM sides
    INNER JOIN whole
        ON
            sides.collection_year = whole.collection_year
            AND sides.organisation_code = whole.organisation_code
    INNER JOIN three_year_counts
        ON
            sides.return_year = three_year_counts.collection_year
            AND sides.return_code = three_year_counts.organisation_code
    INNER JOIN group_members
        ON
            sides.return_year = group_members.collection_year
            AND three_year_counts.ethnic_group = group_members.member
),

grouped AS (
    SELECT
        collection_year,
        organisation_code,
        ethnic_group,
        CAST(SUM(CASE WHEN counted = 'now.headcount' THEN value ELSE 0 END) AS DECIMAL(38, 0)) AS headcount,
        CAST(SUM(CASE WHEN counted = 'now.entered_hundredths' THEN value ELSE 0 END) AS DECIMAL(38, 0))
            AS hundredths,
        CAST(SUM(CASE WHEN counted = 'before.headcount' THEN value ELSE 0 END) AS DECIMAL(38, 0))
            AS previous_headcount,
        CAST(SUM(CASE WHEN counted = 'before.entered_hundredths' THEN value ELSE 0 END) AS DECIMAL(38, 0))
            AS previous_hundredths
    FROM counted
    GROUP BY collection_year, organisation_code, ethnic_group
)

SELECT
    collection_year,
    organisation_code,
    CONCAT(ethnic_group, '_likelihood_percent') AS measure,
    headcount AS group_headcount,
    hundredths AS group_hundredths,
    previous_headcount AS previous_group_headcount,
    previous_hundredths AS previous_group_hundredths,
    CAST(NULL AS DECIMAL(38, 0)) AS comparator_headcount,
    CAST(NULL AS DECIMAL(38, 0)) AS comparator_hundredths,
    CAST(NULL AS DECIMAL(38, 0)) AS previous_comparator_headcount,
    CAST(NULL AS DECIMAL(38, 0)) AS previous_comparator_hundredths
FROM grouped
WHERE ethnic_group = 'overall'
UNION ALL
SELECT
    compared.collection_year,
    compared.organisation_code,
    comparisons.measure,
    compared.headcount AS group_headcount,
    compared.hundredths AS group_hundredths,
    compared.previous_headcount AS previous_group_headcount,
    compared.previous_hundredths AS previous_group_hundredths,
    comparator.headcount AS comparator_headcount,
    comparator.hundredths AS comparator_hundredths,
    comparator.previous_headcount AS previous_comparator_headcount,
    comparator.previous_hundredths AS previous_comparator_hundredths
FROM comparisons
INNER JOIN grouped AS compared
    ON
        comparisons.collection_year = compared.collection_year
        AND comparisons.ethnic_group = compared.ethnic_group
INNER JOIN grouped AS comparator
    ON
        compared.collection_year = comparator.collection_year
        AND compared.organisation_code = comparator.organisation_code
        AND comparisons.comparator = comparator.ethnic_group
