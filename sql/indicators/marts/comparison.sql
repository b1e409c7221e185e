-- comparison: the nation, regions and types, this year and last, of the same organisations only.
--
-- One row per collection year with the year before in the warehouse, level (national, region,
-- organisation_type), code and organisation group with a matched organisation. Organisations are all those
-- with a return this year, matched or not. Those without a ratio in one of the two years neither fell nor
-- rose nor stayed.
SELECT
    changes.*,
    areas.organisations,
    changes.matched_organisations
    - changes.organisations_ratio_fell
    - changes.organisations_ratio_same
    - changes.organisations_ratio_rose AS organisations_ratio_not_calculable
FROM changes
INNER JOIN areas USING (collection_year, level, code, organisation_group)
WHERE changes.level <> 'organisation'
