-- small_numbers: whether a row rests on so few entries that its ratio says little.
--
-- One row per row of `exact_ratio`: true when the entries of both groups together are fewer than the year's
-- own threshold (rule small-numbers/1, this project's own choice: the guidance says that small organisations
-- are allowed for, not how). Null where the year states no threshold.
SELECT
    exact_ratio.collection_year,
    exact_ratio.level,
    exact_ratio.code,
    exact_ratio.organisation_group,
    exact_ratio.measure,
    exact_ratio.group_hundredths + exact_ratio.comparator_hundredths
    < 100 * collections.small_numbers_entries AS small_numbers
FROM exact_ratio
INNER JOIN collections ON exact_ratio.collection_year = collections.collection_year
