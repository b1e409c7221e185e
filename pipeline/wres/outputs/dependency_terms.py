"""The words by which `tables.toml` states what a figure depends on, and the columns of counts that they stand for."""

from collections.abc import Mapping
from typing import Any

COUNTED = ("headcount", "entered")  # measures that count people
EVERY_MEASURE = ""  # the key of what a figure depends on, for rows of every measure

# What a figure may depend on beside counts of people of its row: what is known of single organisations, what checks
# found, and exact counts of single organisations, which a protected year prints nowhere.
ORGANISATIONS = "organisations"
FINDINGS = "findings"
EXACT_COUNTS = "exact_counts"
OTHER_YEARS = "other_years"
ALL_COUNTS = "all_counts"
PREVIOUS, NATIONAL = "previous.", "national."


def count_terms(columns: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return the words of `depends_on`, each with the columns of counts that it stands for.

    Args:
        columns: the entries of `tables.toml` by column.
    """
    terms: dict[str, tuple[str, ...]] = {term: (term,) for term in (ORGANISATIONS, FINDINGS, EXACT_COUNTS, OTHER_YEARS)}
    for name, fields in columns.items():
        measure = fields.get("measure", "")
        if measure.removeprefix("previous_") in COUNTED:
            terms[name] = (name,)
            if measure in COUNTED:
                for term in (ALL_COUNTS, fields["ethnic_group"], measure):
                    terms[term] = (*terms.get(term, ()), name)
    counted = {term: names for term, names in terms.items() if columns.keys() >= set(names)}
    earlier = {PREVIOUS + term: tuple(f"previous_{name}" for name in names) for term, names in counted.items()}
    national = {NATIONAL + term: tuple(NATIONAL + name for name in names) for term, names in counted.items()}
    return national | {term: names for term, names in earlier.items() if columns.keys() >= set(names)} | terms
