-- data_quality: what the quality edits found in the returns that count.
--
-- One row per collection year, organisation group (and `all`) and edit that the returns met. Checked are
-- the organisations on whose return the edit ran: it does not where what it needs is missing, such as a
-- return of last year. A return may have more than one finding of an edit. What is made good instead of
-- explained has no number of explanations. Corrected are those with a finding of whose return the national
-- team corrected a figure, for any reason.
WITH met AS (
    SELECT
        area_membership.collection_year,
        area_membership.organisation_group,
        findings.edit_code,
        findings.findings,
        findings.findings_explained,
        CASE WHEN findings.ran THEN 1 ELSE 0 END AS is_checked,
        CASE WHEN findings.findings > 0 THEN 1 ELSE 0 END AS is_found,
        CASE WHEN findings.findings > 0 AND findings.corrected THEN 1 ELSE 0 END AS is_corrected
    FROM area_membership
    INNER JOIN findings
        ON
            area_membership.collection_year = findings.collection_year
            AND area_membership.organisation_code = findings.organisation_code
    WHERE area_membership.level = 'national'
),

numbers AS (
    SELECT
        collection_year,
        organisation_group,
        edit_code,
        COUNT(*) AS organisations,
        CAST(SUM(is_checked) AS BIGINT) AS organisations_checked,
        CAST(SUM(is_found) AS BIGINT) AS organisations_with_findings,
        CAST(SUM(findings) AS BIGINT) AS findings,
        CAST(SUM(findings_explained) AS BIGINT) AS explained,
        CAST(SUM(is_corrected) AS BIGINT) AS organisations_corrected
    FROM met
    GROUP BY collection_year, organisation_group, edit_code
)

SELECT
    numbers.collection_year,
    numbers.organisation_group,
    numbers.edit_code,
    edits.edit_title,
    edits.severity,
    numbers.organisations,
    numbers.organisations_checked,
    numbers.organisations_with_findings,
    numbers.findings,
    CASE WHEN edits.to_be_explained THEN numbers.explained END AS findings_explained,
    numbers.organisations_corrected
FROM numbers
LEFT JOIN edits ON numbers.edit_code = edits.edit_code
