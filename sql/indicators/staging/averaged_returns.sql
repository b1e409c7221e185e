-- averaged_returns: returns whose sender has averaged two years already.
--
-- One row per collection year and organisation with a half among the entries of the twelve months, which
-- nobody can be.
SELECT DISTINCT
    collection_year,
    organisation_code
FROM figures
WHERE item = 'disciplinary.entered' AND value <> ROUND(value, 0)
