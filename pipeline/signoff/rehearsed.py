"""What the checklist says of the official release before it is made: can it be protected, and are its words right?"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from pipeline.collection.calendar import load_year
from pipeline.errors import WresError
from pipeline.publication.about import OFFICIAL
from pipeline.publication.check import ReleaseCheckError
from pipeline.publication.commentary.filling import filled
from pipeline.publication.disclosure.narrowed import FEW, count_narrowed
from pipeline.publication.pre_release_access import access_sentence
from pipeline.publication.rehearsal import rehearse
from pipeline.registry.tables import Build
from pipeline.settings import Settings
from pipeline.signoff.items import Item, told

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.publication.about import ReleaseAbout


def official_items(
    settings: Settings, engine: Engine, build: Build, counted: "Mapping[str, pa.Table]"
) -> Iterator[Item]:
    """R502 and the commentary, on the official release as it would be made now; what it shows; who sees it early.

    This takes as long as making the official tables: half a minute for 200 organisations and eight years.
    """
    year = build.collection_year
    try:
        tables, about = rehearse(settings, engine, build, OFFICIAL, counted)
    except ReleaseCheckError as error:
        yield Item(error.code, "error", told([f"{breach}." for breach in error.breaches]), error.what_to_do)
        return
    except WresError as error:
        yield Item("official-release", "error", str(error), f"Then look at the checklist again: wres checklist {year}")
        return
    try:
        filled(tables, about)
    except WresError as error:
        yield Item(
            "commentary",
            "error",
            str(error),
            f"Correct the text and look at it with its figures: wres commentary {year} --audience official",
        )
    yield from _notes(about)
    yield from _narrowed(tables, year)


def _narrowed(tables: "Mapping[str, pa.Table]", year: int) -> Iterator[Item]:
    """Say how many small numbers the policy `ratios` lets a reader narrow down."""
    policy = load_year(year).disclosure
    if not policy.shows_ratios:
        return
    hidden, few = count_narrowed(tables, year, policy)
    if hidden:
        yield Item(
            "narrowed-counts",
            "note",
            f"Entries of {hidden} organisations in {year} are not published (small numbers). For {few} of them a "
            f"reader could narrow one down to fewer than {FEW} values, from the ratio, the headcounts and the totals.",
            "Approve with that in sight, or set the policy protected in the year's file: then no small count can be "
            "worked out, and most ratios are not published.",
        )


def _notes(about: "ReleaseAbout") -> Iterator[Item]:
    year = about.collection_year
    shares = {name: share for name, share in (about.figures_shown or {}).items() if share < 100}
    if shares:
        shown = ", ".join(f"{share}% of {name}" for name, share in shares.items())
        yield Item(
            "figures-shown",
            "note",
            f"After disclosure control the official tables show {shown}, and all of the others.",
            "Nothing to do; the manifest of the release states the same.",
        )
    if about.pre_release_access is not None:
        yield Item(
            "pre-release-access",
            "note",
            access_sentence(about.pre_release_access),
            f"Correct the list before the release is sealed: pre-release-access/{year}.csv",
        )
