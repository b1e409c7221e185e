-- counts: headcount and entries of each accepted return, by ethnic group.
--
-- One row per collection year, organisation, ethnic group and measure. headcount: the items that the return's
-- template counts into the total; an "of which" item and a stated total are not among them.
-- entered_hundredths: the year's entries, or the mean of two years' where the collection's window says so.
-- latest_hundredths: those of the twelve months to the snapshot alone, in every window. Entries are in
-- hundredths of a person, so that halves and their mean stay whole.
WITH cells AS (
    SELECT
        figures.collection_year,
        figures.organisation_code,
        figures.ethnic_group,
        CASE WHEN items.in_total THEN figures.value ELSE 0 END AS headcount,
        CASE
            WHEN collections.window = 'single_year' AND figures.item = 'disciplinary.entered'
                THEN 100 * figures.value
            WHEN
                collections.window = 'two_year_average'
                AND figures.item IN ('disciplinary.entered', 'disciplinary.entered_previous_year')
                THEN 50 * figures.value
            ELSE 0
        END AS entered,
        CASE WHEN figures.item = 'disciplinary.entered' THEN 100 * figures.value ELSE 0 END AS latest
    FROM figures
    INNER JOIN collections ON figures.collection_year = collections.collection_year
    INNER JOIN items ON figures.collection_year = items.collection_year AND figures.item = items.item
),

added_up AS (
    SELECT
        collection_year,
        organisation_code,
        ethnic_group,
        SUM(headcount) AS headcount,
        SUM(entered) AS entered,
        SUM(latest) AS latest
    FROM cells
    GROUP BY collection_year, organisation_code, ethnic_group
)

SELECT
    collection_year,
    organisation_code,
    ethnic_group,
    'headcount' AS measure,
    CAST(headcount AS BIGINT) AS value
FROM added_up
UNION ALL
SELECT
    collection_year,
    organisation_code,
    ethnic_group,
    'entered_hundredths' AS measure,
    CAST(entered AS BIGINT) AS value
FROM added_up
UNION ALL
SELECT
    collection_year,
    organisation_code,
    ethnic_group,
    'latest_hundredths' AS measure,
    CAST(latest AS BIGINT) AS value
FROM added_up
