"""Sum up what a step did, in values that are fit for JSON: commands print it, Airflow's tasks hand it on."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wres.context import Context

if TYPE_CHECKING:
    import pyarrow as pa

    from wres.database.models import Approval, Rejection, Release
    from wres.intake.deliver_reports import DeliverySummary
    from wres.intake.receive import Received
    from wres.release.publish import PublishedBuild
    from wres.validation.national import NationalReview
    from wres.warehouse.build import WriteResult

Summary = dict[str, Any]


def round_summary(
    year: int, received: "Received", validated: Mapping[str, int], delivered: "DeliverySummary", misplaced_files: int
) -> Summary:
    """Sum up a collecting round of one year: how many returns were received, validated by status, and answered.

    `misplaced` counts the files in places where none are taken from; `failures` says which channel failed, and why.
    """
    return {
        "collection_year": year,
        "received": len(received.receipts),
        **validated,
        "answered": delivered.delivered,
        "misplaced": misplaced_files,
        "failures": received.failures + delivered.failures,
    }


def build_summary(
    year: int,
    build: str,
    written: "WriteResult",
    tables: "Mapping[str, pa.Table]",
    review: "NationalReview",
    corrected_figures: int,
) -> Summary:
    """Sum up a build: the nation's headline figures, and the codes of the national edits that found something."""
    national = tables["national"].to_pylist()
    headline = next(row for row in national if row["collection_year"] == year and row["organisation_group"] == "all")
    likelihood = headline["relative_likelihood"]
    return {
        "collection_year": year,
        "build": build,
        "changed": written.changed,
        "corrected_figures": corrected_figures,
        "organisations": headline["organisations"],
        "relative_likelihood": None if likelihood is None else str(likelihood),
        "range": headline["range"],
        "national_checks": sorted({finding.code for finding in review.findings}),
        "not_checked": sorted(review.edits_not_run),
    }


def approval_summary(approval: "Approval") -> Summary:
    """Sum up an approval: who approved which build, when, and which warnings they accepted."""
    return {
        "collection_year": approval.collection_year,
        "build": approval.build,
        "approved_by": approval.approved_by,
        "role": approval.role,
        "approved_at": approval.approved_at,
        "accepted": approval.accepted,
        **({"reason": approval.reason} if approval.reason else {}),
    }


def rejection_summary(rejection: "Rejection") -> Summary:
    """Sum up a decision against a build: who made it, and why."""
    return {
        "collection_year": rejection.collection_year,
        "build": rejection.build,
        "rejected_by": rejection.rejected_by,
        "reason": rejection.reason,
    }


def publication_summary(context: Context, published: "PublishedBuild") -> Summary:
    """Sum up a publication: edition, folders, and when the official release becomes public.

    `official` is the folder of the official release, None without one; `failures` says which earlier edition is not as
    it must be.
    """
    from wres.release.embargo import embargo_status

    official = published.official
    return {
        "collection_year": context.year,
        "edition": published.release.edition,
        "build": published.release.build,
        "folder": str(published.folder),
        "official": str(official) if official else None,
        "official_state": embargo_status(context.settings, context.calendar, official),
        "failures": published.failures,
    }


def is_public(context: Context, published: Summary) -> bool:
    """Return whether a publication's summary names an official release that everybody may read."""
    return str(published["official"]).startswith(str(context.settings.published))


def withdrawal_summary(year: int, edition: str, releases: "Sequence[Release]") -> Summary:
    """Sum up a withdrawal: the edition, and the audiences for which it was reserved."""
    return {"collection_year": year, "edition": edition, "withdrawn": [release.audience for release in releases]}
