-- counts: headcount and entries of each accepted return.
--
-- One row per collection year and organisation. Headcount of a group: the items that the return's template
-- counts into the total; an "of which" item and a stated total are not among them. Entered: the year's
-- entries, or the mean of two years' where the collection's window says so. Latest: those of the twelve
-- months to the snapshot alone, whatever the window. In hundredths of a person, so that halves and their
-- mean stay whole.
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
)

SELECT
    collection_year,
    organisation_code,
    CAST(SUM(CASE WHEN ethnic_group = 'white' THEN headcount ELSE 0 END) AS BIGINT) AS white_headcount,
    CAST(SUM(CASE WHEN ethnic_group = 'bme' THEN headcount ELSE 0 END) AS BIGINT) AS bme_headcount,
    CAST(SUM(CASE WHEN ethnic_group = 'unknown' THEN headcount ELSE 0 END) AS BIGINT) AS unknown_headcount,
    CAST(SUM(CASE WHEN ethnic_group = 'white' THEN entered ELSE 0 END) AS BIGINT) AS white_hundredths,
    CAST(SUM(CASE WHEN ethnic_group = 'bme' THEN entered ELSE 0 END) AS BIGINT) AS bme_hundredths,
    CAST(SUM(CASE WHEN ethnic_group = 'unknown' THEN entered ELSE 0 END) AS BIGINT) AS unknown_hundredths,
    CAST(SUM(CASE WHEN ethnic_group = 'white' THEN latest ELSE 0 END) AS BIGINT) AS white_latest_hundredths,
    CAST(SUM(CASE WHEN ethnic_group = 'bme' THEN latest ELSE 0 END) AS BIGINT) AS bme_latest_hundredths,
    CAST(SUM(CASE WHEN ethnic_group = 'unknown' THEN latest ELSE 0 END) AS BIGINT)
        AS unknown_latest_hundredths
FROM cells
GROUP BY collection_year, organisation_code
