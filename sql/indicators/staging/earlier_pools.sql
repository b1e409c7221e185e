-- earlier_pools: the organisations whose returns of one or three years before make up an organisation's own.
--
-- One row per collection year, years between (1 or 3), organisation and member of its pool, where the
-- warehouse holds the earlier year. The code is null where the way back leads to nobody, as for an
-- organisation that was new in between.
WITH chains AS (
    SELECT
        collection_year,
        1 AS years_between,
        organisation_code,
        last_year_code AS earlier_code
    FROM successions
    UNION ALL
    SELECT
        this_year.collection_year,
        3 AS years_between,
        this_year.organisation_code,
        two_back.last_year_code AS earlier_code
    FROM successions AS this_year
    LEFT JOIN successions AS one_back
        ON
            this_year.collection_year - 1 = one_back.collection_year
            AND this_year.last_year_code = one_back.organisation_code
    LEFT JOIN successions AS two_back
        ON
            one_back.collection_year - 1 = two_back.collection_year
            AND one_back.last_year_code = two_back.organisation_code
)

SELECT
    chains.collection_year,
    chains.years_between,
    chains.organisation_code,
    chains.earlier_code
FROM chains
INNER JOIN collections ON chains.collection_year - chains.years_between = collections.collection_year
