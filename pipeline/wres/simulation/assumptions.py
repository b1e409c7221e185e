"""What the synthetic organisations are drawn around: every number here is assumed unless its source is named.

They make the figures look like the NHS; they are not findings about it. The published ones are the national relative
likelihoods (annual WRES reports: 2018 1.24, 2019 1.22, 2021 1.14, 2022 1.14), London's 1.47, the acute trusts' 1.07
and the 24.2% of 2022, and the 11,278 staff who entered in 2020.
"""

from dataclasses import dataclass

# National likelihood of white staff to enter in one year, and the relative likelihood in that single year. Up to 2020
# a return gives the mean of two years, so these are chosen for each pair, set against staff who have grown since, to
# meet the published ratio (see published_series.csv; assumed is 1.12 to 1.10 from 2023 on).
WHITE_LIKELIHOOD = {
    2017: 0.0095, 2018: 0.0093, 2019: 0.0090, 2020: 0.0086, 2021: 0.0075,
    2022: 0.0070, 2023: 0.0067, 2024: 0.0065, 2025: 0.0064,
}  # fmt: skip
RELATIVE_LIKELIHOOD = {
    2017: 1.29, 2018: 1.26, 2019: 1.25, 2020: 1.14, 2021: 1.14, 2022: 1.14, 2023: 1.12, 2024: 1.10, 2025: 1.10,
}  # fmt: skip

# In any year this share of the organisations has hardly a formal case: this part of its usual likelihood. Some of them
# have no white entry at all, and so a ratio that cannot be calculated.
QUIET, QUIET_LIKELIHOOD = 0.02, 0.03

# A year's growth: of the headcount, and of the odds that a member of staff is BME.
HEADCOUNT_GROWTH = 0.02
BME_LOG_ODDS_GROWTH = 0.075
BASE_YEAR = 2022


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of organisation: median headcount, its spread (log scale), shares of staff, and how often staff enter."""

    median: float
    spread: float
    non_clinical: float
    clinical: float
    medical: float
    likelihood: float = 1.0  # beside the national one
    relative: float = 1.0  # relative likelihood beside the national one


KINDS = {
    "acute": Kind(6000, 0.5, non_clinical=0.30, clinical=0.56, medical=0.14, likelihood=0.95, relative=0.95),
    "specialist": Kind(2300, 0.4, non_clinical=0.33, clinical=0.53, medical=0.14, likelihood=0.8),
    "mental_health": Kind(4500, 0.4, non_clinical=0.24, clinical=0.71, medical=0.05, likelihood=1.25, relative=1.15),
    "community": Kind(3000, 0.4, non_clinical=0.25, clinical=0.73, medical=0.02, relative=1.1),
    "ambulance": Kind(4000, 0.3, non_clinical=0.30, clinical=0.698, medical=0.002, likelihood=1.5, relative=1.2),
    "integrated_care_board": Kind(400, 0.4, non_clinical=0.88, clinical=0.10, medical=0.02, likelihood=0.5),
    "clinical_commissioning_group": Kind(150, 0.5, non_clinical=0.85, clinical=0.12, medical=0.03, likelihood=0.5),
    "national_body": Kind(1500, 0.8, non_clinical=0.93, clinical=0.05, medical=0.02, likelihood=0.5),
    "unknown": Kind(5000, 0.5, non_clinical=0.28, clinical=0.62, medical=0.10),  # about what trusts are on the whole
}
LARGEST = 25_000

# Median BME share of the staff in 2022, and the relative likelihood beside the national one, by NHS England region.
REGIONS = {
    "Y56": (0.455, 1.24),  # London
    "Y58": (0.115, 0.85),  # South West
    "Y59": (0.205, 0.92),  # South East
    "Y60": (0.235, 0.90),  # Midlands
    "Y61": (0.215, 0.94),  # East of England
    "Y62": (0.160, 0.86),  # North West
    "Y63": (0.125, 0.86),  # North East and Yorkshire
    "": (0.225, 1.0),  # a national body, of no region: as the nation
}

_BANDS = (
    "under_band_1", "band_1", "band_2", "band_3", "band_4", "band_5", "band_6", "band_7",
    "band_8a", "band_8b", "band_8c", "band_8d", "band_9", "vsm",
)  # fmt: skip
# Staff in each cell as parts of its section, and the log odds of being BME beside the organisation's own: fewer in
# the higher bands, more among nurses in band 5 and most among doctors.
_NON_CLINICAL = (0.2, 2.0, 34, 19, 15, 8, 6, 5, 4, 2.5, 1.5, 0.8, 0.5, 1.0)
_NON_CLINICAL_ODDS = (0.0, 0.0, -0.2, -0.35, -0.4, -0.25, -0.2, -0.3, -0.4, -0.55, -0.7, -0.8, -0.9, -1.0)
_CLINICAL = (0.1, 0.3, 18, 14, 8, 24, 21, 10, 3, 0.9, 0.4, 0.2, 0.1, 0.1)
_CLINICAL_ODDS = (0.0, 0.0, 0.15, -0.05, -0.2, 0.55, 0.05, -0.3, -0.5, -0.7, -0.8, -0.9, -1.0, -1.1)
_MEDICAL = {
    "consultants": (38, 1.0), "non_consultant_career_grade": (11, 1.7), "trainee_grades": (40, 1.2),
    "other": (11, 0.8),
}  # fmt: skip

# Item code -> (section, parts of the section, log odds of BME), in the order of the return.
STAFF_CELLS: dict[str, tuple[str, float, float]] = {
    f"workforce.{section}.{band}": (section, parts, odds)
    for section, all_parts, all_odds in (
        ("non_clinical", _NON_CLINICAL, _NON_CLINICAL_ODDS),
        ("clinical", _CLINICAL, _CLINICAL_ODDS),
    )
    for band, parts, odds in zip(_BANDS, all_parts, all_odds, strict=True)
} | {f"workforce.medical.{grade}": ("medical", *values) for grade, values in _MEDICAL.items()}

# A group of the template that the relative likelihood does not compare has this part of the comparator's people; groups
# that are compared together have equal parts.
FURTHER_GROUP_SHARE = 0.05

CONSULTANTS = "workforce.medical.consultants"
SENIOR_MANAGERS = "workforce.medical.senior_medical_managers"
SENIOR_MANAGERS_SHARE = 0.08  # of the consultants
