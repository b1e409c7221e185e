-- organisation_type: acute, ambulance, community, mental health and specialist, and unknown where nobody
-- knows.
--
-- One row per collection year, type and organisation group with a return, and one for `all`.
SELECT *
FROM pooled_indicators
WHERE level = 'organisation_type'
