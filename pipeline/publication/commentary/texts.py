"""Which text a release is written from: the one that staff keep for the year, else the one that the project ships."""

from functools import cache
from pathlib import Path

from pipeline.errors import WresError
from pipeline.settings import Settings

_DEFAULT = Path(__file__).with_name("default.md")


@cache
def default_text() -> str:
    """The text that the project ships, with its placeholders. Copy it to WRES_HOME/commentary/YEAR.md to change it."""
    return _DEFAULT.read_text(encoding="utf-8")


def own_text(settings: Settings, year: int) -> str | None:
    """The text that staff keep for a year, with its placeholders; None where they keep none.

    Raises:
        WresError: it cannot be read as UTF-8 text.
    """
    path = settings.commentary / f"{year}.md"
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise WresError(
            f"The commentary {path} cannot be read. Save it as plain text in UTF-8, or take it away to use the "
            "project's own."
        ) from None
