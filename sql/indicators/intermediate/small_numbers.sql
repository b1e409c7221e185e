-- small_numbers: whether a row rests on so few entries that its ratio says little.
--
-- One row per row of `levels`: true when white and BME entries together are fewer than the year's own
-- threshold (rule small-numbers/1, this project's own choice: the guidance says that small organisations
-- are allowed for, not how).
SELECT
    levels.collection_year,
    levels.level,
    levels.code,
    levels.organisation_group,
    levels.white_hundredths + levels.bme_hundredths < 100 * collections.small_numbers_entries AS small_numbers
FROM levels
INNER JOIN collections ON levels.collection_year = collections.collection_year
