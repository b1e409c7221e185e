-- region: the NHS England regions, each organisation group and all together.
--
-- One row per collection year, region and organisation group with a return, and one for `all`.
SELECT *
FROM pooled_indicators
WHERE level = 'region'
