"""Read the text of a commentary: the one that staff keep for the year, else the one that the project ships."""

from functools import cache
from pathlib import Path

from wres.errors import WresError, why_refused
from wres.safe_text import unfit_characters, words_of
from wres.settings import Settings

_MOST_BYTES = 1_000_000
_DEFAULT = Path(__file__).with_name("default.md")


@cache
def default_text() -> str:
    """Return the text that the project ships, with its placeholders. `write_own_text` puts it where staff edit it."""
    return _DEFAULT.read_text(encoding="utf-8")


def own_text(settings: Settings, year: int) -> str | None:
    """Return the text that staff keep for a year, with its placeholders; None where they keep none.

    Raises:
        WresError: it cannot be read as UTF-8 text, is too long, or a line has characters that no text has.
    """
    path = settings.commentary / f"{year}.md"
    try:
        if path.stat().st_size > _MOST_BYTES or not path.is_file():
            raise WresError(
                f"The commentary {path} is no text file of at most {_MOST_BYTES:,} bytes. Keep what a release says, or "
                "take it away to use the project's own."
            )
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise WresError(
            f"The commentary {path} cannot be read. Save it as plain text in UTF-8, or take it away to use the "
            "project's own."
        ) from None
    for number, line in enumerate(text.split("\n"), start=1):
        if unfit := unfit_characters(line):
            raise WresError(
                f"The commentary (commentary/{year}.md), line {number}: it has characters that no text has ({unfit}). "
                "Remove them, or type the line again."
            )
    if text.strip() and not words_of(text):
        raise WresError(
            f"The commentary (commentary/{year}.md) has no words. Write a sentence, or take the file away to use the "
            "project's own text."
        )
    return text


def write_own_text(settings: Settings, year: int) -> Path:
    """Put the project's text where staff edit it for a year; returns the path.

    Raises:
        WresError: there is a text already, which is not written over, or it cannot be written.
    """
    path = settings.commentary / f"{year}.md"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as target:
            target.write(default_text())
    except FileExistsError:
        raise WresError(f"{path} is there already and is not written over. Edit it, or move it away first.") from None
    except OSError as error:
        raise WresError(f"{path} cannot be written ({why_refused(error)}). Make the folder writable.") from None
    return path
