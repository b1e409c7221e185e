"""State how an official release is held: published, or sealed until when and who may see it before."""

import json
from pathlib import Path

from wres.commentary.source_text import own_text
from wres.errors import WresError
from wres.outputs.pre_release_access import access_of, access_sentence, read_access
from wres.reference.year_config import CollectionYear
from wres.release.manifest import MANIFEST
from wres.settings import Settings


def embargo_status(settings: Settings, calendar: CollectionYear, official: Path | None) -> str:
    """State in words how the official release of the last edition is held.

    `official` is its folder, None without one.
    """
    if official is None:
        year = calendar.year
        return f"Not made: this build is not approved. Look at its checklist (wres checklist {year}) and approve it."
    if not official.is_relative_to(settings.sealed):
        return "Published."
    document = json.loads((official / MANIFEST).read_bytes())
    access = access_of(document.get("pre_release_access") or ())
    sentences = [
        f"Sealed until {calendar.release_time:%H:%M on %-d %B %Y}; publish again then.",
        access_sentence(access),
        *(f"Edition {edition} is replaced by it and never published." for edition in document.get("replaces", ())),
    ]
    if changed := _changed(settings, calendar, document.get("commentary"), access):
        sentences.append(
            f"{' and '.join(changed)} changed since, and this edition keeps what it was sealed with. A new edition "
            f'takes the new one and replaces this: wres publish {calendar.year} --edition EDITION --note "..."'
        )
    return " ".join(sentences)


def _changed(
    settings: Settings, calendar: CollectionYear, commentary: str | None, access: tuple[object, ...]
) -> list[str]:
    """List the files of publication staff that are no longer as they were when the edition was sealed."""
    year, changed = calendar.year, []
    for path, read, kept in (
        (f"commentary/{year}.md", lambda: own_text(settings, year), commentary),
        (f"pre-release-access/{year}.csv", lambda: read_access(settings, calendar), access),
    ):
        try:
            same = read() == kept
        except WresError:  # it cannot be read now, as it could then
            same = False
        changed += [] if same else [path]
    return changed
