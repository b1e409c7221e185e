"""What the quality edits found, counted once more in plain Python."""

from collections import defaultdict

from tests.indicators.exact_method import Row
from wres.validation.edit_catalogue import load_catalogue


def data_quality(findings: list[Row], organisations: list[Row]) -> list[Row]:
    """The table of that name, from one row a return and edit, in the order of its key."""
    groups = {(row["collection_year"], row["organisation_code"]): row["organisation_group"] for row in organisations}
    pools: dict[tuple[int, str, str], list[Row]] = defaultdict(list)
    for row in findings:
        peers = groups[row["collection_year"], row["organisation_code"]]
        for group in (peers, "all"):
            pools[row["collection_year"], group, row["edit_code"]].append(row)
    return [_counted(year, group, code, rows) for (year, group, code), rows in sorted(pools.items())]


def _counted(year: int, group: str, code: str, rows: list[Row]) -> Row:
    edit, rows_with_findings = load_catalogue()[code], [row for row in rows if row["findings"]]
    explained = sum(row["findings_explained"] for row in rows)
    return {
        "collection_year": year,
        "organisation_group": group,
        "edit_code": code,
        "edit_title": edit.title,
        "severity": edit.severity,
        "organisations": len(rows),
        "organisations_checked": len([row for row in rows if row["ran"]]),
        "organisations_with_findings": len(rows_with_findings),
        "findings": sum(row["findings"] for row in rows),
        "findings_explained": None if code == "Q309" else explained,
        "organisations_corrected": len([row for row in rows_with_findings if row["corrected"]]),
    }
