-- small_numbers: whether a row rests on so few entries that its ratio says little.
--
-- One row per row of `pooled_counts`: true when white and BME entries together are fewer than the year's own
-- threshold (rule small-numbers/1, this project's own choice: the guidance says that small organisations
-- are allowed for, not how).
SELECT
    pooled_counts.collection_year,
    pooled_counts.level,
    pooled_counts.code,
    pooled_counts.organisation_group,
    pooled_counts.white_hundredths + pooled_counts.bme_hundredths
    < 100 * collections.small_numbers_entries AS small_numbers
FROM pooled_counts
INNER JOIN collections ON pooled_counts.collection_year = collections.collection_year
