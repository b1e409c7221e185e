-- input_faults: what must not be in the inputs. The run stops when this view has a row, since a count would
-- be silently wrong.
--
-- One row per fault: what it is, the collection year and the organisation.
WITH cells AS (
    SELECT
        collection_year,
        organisation_code,
        item,
        ethnic_group,
        COUNT(*) AS cells,
        SUM(CASE WHEN value < 0 THEN 1 ELSE 0 END) AS negatives,
        SUM(CASE WHEN value <> ROUND(value, 0) THEN 1 ELSE 0 END) AS fractions
    FROM figures
    GROUP BY collection_year, organisation_code, item, ethnic_group
),

checked AS (
    SELECT
        cells.*,
        items.item AS known_item,
        ethnic_groups.ethnic_group AS known_group,
        COALESCE(items.required, FALSE) AS required,
        COALESCE(items.in_total, FALSE) AS in_total
    FROM cells
    LEFT JOIN items ON cells.collection_year = items.collection_year AND cells.item = items.item
    LEFT JOIN ethnic_groups
        ON
            cells.collection_year = ethnic_groups.collection_year
            AND cells.ethnic_group = ethnic_groups.ethnic_group
),

returns AS (
    SELECT
        collection_year,
        organisation_code,
        SUM(CASE WHEN required THEN cells ELSE 0 END) AS required_cells
    FROM checked
    GROUP BY collection_year, organisation_code
),

asked AS (
    SELECT
        items.collection_year,
        SUM(CASE WHEN items.required THEN 1 ELSE 0 END) AS required_cells
    FROM items
    INNER JOIN ethnic_groups ON items.collection_year = ethnic_groups.collection_year
    GROUP BY items.collection_year
),

accepted AS (
    SELECT
        collection_year,
        organisation_code
    FROM organisations
    WHERE status IN ('accepted', 'accepted_with_queries')
)

SELECT
    'a window that is neither single_year nor two_year_average' AS fault,
    collections.collection_year,
    '' AS organisation_code
FROM collections
WHERE collections.window NOT IN ('single_year', 'two_year_average')
UNION ALL
SELECT
    'a collection year given twice' AS fault,
    collection_year,
    '' AS organisation_code
FROM collections
GROUP BY collection_year
HAVING COUNT(*) > 1
UNION ALL
SELECT
    'a collection year that is not among the collections' AS fault,
    organisations.collection_year,
    organisations.organisation_code
FROM organisations
LEFT JOIN collections ON organisations.collection_year = collections.collection_year
WHERE collections.collection_year IS NULL
UNION ALL
SELECT
    'an organisation given twice' AS fault,
    collection_year,
    organisation_code
FROM organisations
GROUP BY collection_year, organisation_code
HAVING COUNT(*) > 1
UNION ALL
SELECT
    'a status that nobody knows' AS fault,
    collection_year,
    organisation_code
FROM organisations
WHERE status NOT IN ('accepted', 'accepted_with_queries', 'rejected', 'not_received')
UNION ALL
SELECT DISTINCT
    'an item that the template does not have' AS fault,
    collection_year,
    organisation_code
FROM checked
WHERE known_item IS NULL
UNION ALL
SELECT DISTINCT
    'an ethnic group that nobody knows' AS fault,
    collection_year,
    organisation_code
FROM checked
WHERE known_group IS NULL
UNION ALL
SELECT DISTINCT
    'a figure given twice' AS fault,
    collection_year,
    organisation_code
FROM checked
WHERE cells > 1
UNION ALL
SELECT DISTINCT
    'a figure below nought, or a headcount that is not whole' AS fault,
    collection_year,
    organisation_code
FROM checked
WHERE negatives > 0 OR (in_total AND fractions > 0)
UNION ALL
SELECT
    'figures without an accepted return' AS fault,
    returns.collection_year,
    returns.organisation_code
FROM returns
LEFT JOIN accepted
    ON
        returns.collection_year = accepted.collection_year
        AND returns.organisation_code = accepted.organisation_code
WHERE accepted.organisation_code IS NULL
UNION ALL
SELECT
    'an accepted return that lacks figures' AS fault,
    accepted.collection_year,
    accepted.organisation_code
FROM accepted
INNER JOIN asked ON accepted.collection_year = asked.collection_year
LEFT JOIN returns
    ON
        accepted.collection_year = returns.collection_year
        AND accepted.organisation_code = returns.organisation_code
WHERE asked.required_cells > COALESCE(returns.required_cells, 0)
