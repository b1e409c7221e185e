"""When an official release may be made public, and the audit log's record of the moment in which it was.

A set clock (--as-of, WRES_AS_OF, "As of" in Airflow) serves demonstrations and back-collections. In a real collection
it must not open a release before its time, so no step that publishes takes a clock later than the machine's.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from wres.clock import LONDON
from wres.database.models import Release
from wres.database.receipts import has_real_receipts
from wres.database.releases import public_editions, save_made_public
from wres.errors import WresError
from wres.outputs.metadata import OFFICIAL
from wres.reference.year_config import load_year
from wres.settings import Settings


def is_simulated_home(settings: Settings, engine: Engine) -> bool:
    """Return whether all of the home is simulated: it is marked so, and no real return was ever received in it."""
    return settings.simulated and not has_real_receipts(engine)


def require_clock_not_ahead(settings: Settings, engine: Engine) -> None:
    """Refuse to publish by a clock that is set later than the machine's, unless the collection is simulated.

    Raises:
        WresError: the clock is set ahead.
    """
    machine = datetime.now(UTC)
    if settings.clock.source == "machine" or settings.clock.now() <= machine or is_simulated_home(settings, engine):
        return
    raise WresError(
        f"Nothing was published: the clock is set to {_shown(settings.clock.now())}, and this machine's says "
        f"{_shown(machine)}. A real collection is not published by a clock set ahead, because that would open a "
        'release before its time. Leave the set clock out (--as-of, WRES_AS_OF, or "As of" in Airflow).'
    )


def is_before_release_time(settings: Settings, release: Release) -> bool:
    """Return whether an official release must still be sealed by the clock in force; never for another audience."""
    return release.audience == OFFICIAL and settings.clock.now() < _release_time(settings, release)


def is_public(engine: Engine, release: Release) -> bool:
    """Return whether an official release was made public by this pipeline; its audience may read any other release."""
    return release.audience != OFFICIAL or release.edition in public_editions(engine, release.collection_year)


def record_made_public(settings: Settings, engine: Engine, release: Release) -> None:
    """Record in the audit log, once, that an official release goes public, by which clock, and the machine's time."""
    facts: Mapping[str, Any] = {
        "edition": release.edition,
        "audience": release.audience,
        "machine_time": datetime.now(UTC).isoformat(),
        "clock_time": settings.clock.now().isoformat(),
        "clock": settings.clock.source,
        "release_time": _release_time(settings, release).astimezone(UTC).isoformat(),
        "simulated": is_simulated_home(settings, engine),
    }
    save_made_public(engine, release.collection_year, facts)


def _release_time(settings: Settings, release: Release) -> datetime:
    """Return the time from which the official release of its year is public."""
    return load_year(release.collection_year, settings.years).release_time


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%H:%M on %-d %B %Y}"
