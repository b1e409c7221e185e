-- area_membership: in which published rows each organisation counts.
--
-- One row per organisation expected and published row: its own; and, once under its own organisation group
-- and once under `all`, the nation's, its region's and its type's. Every pooled table stands on this view,
-- so they all add up. An organisation whose region or type nobody knows counts under `unknown`, never
-- nowhere.
WITH expected AS (
    SELECT
        collection_year,
        organisation_code,
        name,
        organisation_group AS own_group,
        CASE WHEN organisation_type = '' THEN 'unknown' ELSE organisation_type END AS in_type,
        CASE WHEN region_code = '' THEN 'unknown' ELSE region_code END AS in_region,
        CASE WHEN region_code = '' THEN 'Unknown' ELSE region_name END AS in_region_name
    FROM organisations
),

grouped AS (
    SELECT
        *,
        own_group AS organisation_group
    FROM expected
    UNION ALL
    SELECT
        *,
        'all' AS organisation_group
    FROM expected
)

SELECT
    collection_year,
    organisation_code,
    'organisation' AS level,
    organisation_code AS code,
    name,
    own_group AS organisation_group
FROM expected
UNION ALL
SELECT
    collection_year,
    organisation_code,
    'national' AS level,
    'ENG' AS code,
    'England' AS name,
    organisation_group
FROM grouped
UNION ALL
SELECT
    collection_year,
    organisation_code,
    'region' AS level,
    in_region AS code,
    in_region_name AS name,
    organisation_group
FROM grouped
UNION ALL
SELECT
    collection_year,
    organisation_code,
    'organisation_type' AS level,
    in_type AS code,
    -- mental_health is printed as Mental health
    CONCAT(UPPER(SUBSTRING(in_type, 1, 1)), REPLACE(SUBSTRING(in_type, 2), '_', ' ')) AS name,
    organisation_group
FROM grouped
