-- organisation_change: each organisation this year and last, followed through its mergers.
--
-- One row per collection year and organisation with an accepted return whose last year is whole. Last year
-- is that of the organisation and of all that it took over since.
SELECT *
FROM changes
WHERE level = 'organisation'
