"""Approve a build as staff do."""

from wres import steps


def approve_build(year: int = 2022) -> None:
    """Approve the latest build of a year, every warning of its checklist accepted by name."""
    warnings = [row["code"] for row in steps.checklist(steps.open_context(year)) if row["severity"] == "warning"]
    steps.approve(steps.open_context(year), "Approver", "head of profession", warnings)


def publish_approved(note: str | None = None, year: int = 2022) -> steps.Summary:
    """Build, approve and publish a year."""
    steps.build(steps.open_context(year))
    approve_build(year)
    return steps.publish(steps.open_context(year), note=note)
