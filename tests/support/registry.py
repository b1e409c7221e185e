"""What tests ask of the registry, and put into it, that no step does."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from wres.database.models import Approval
from wres.database.validation_results import save_results
from wres.returns.findings import ValidationResult


def get_approvals(engine: Engine, year: int) -> list[Approval]:
    """Every approval of a year's builds, oldest first, whether it stands or not."""
    with Session(engine) as session:
        return list(session.scalars(select(Approval).where(Approval.collection_year == year).order_by(Approval.number)))


def save_all_results(
    engine: Engine, year: int, results: Sequence[ValidationResult], validated_at: datetime
) -> list[ValidationResult]:
    """Save results in a transaction of their own."""
    with Session(engine) as session, session.begin():
        return save_results(session, year, results, validated_at)
