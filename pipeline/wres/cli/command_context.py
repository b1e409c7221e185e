"""Open the home that a command works in: the settings of the environment and the options of the command line.

Options such as --as-of may stand before or after the command's name. Each is noted as it is parsed, and counts before
the environment. Settings and years' files are imported when a command runs, so that its help appears at once.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wres.context import Context, Pipeline
    from wres.settings import Settings

_options: dict[str, Any] = {}  # of this run of the command line, by the name of the setting


def clear_options() -> None:
    """Begin a run of the command line without options."""
    _options.clear()


def set_option(setting: str, value: object) -> None:
    """Note an option of the command line in place of a setting."""
    _options[setting] = value


def command_settings() -> "Settings":
    """Return the settings of this run.

    Raises:
        WresError: a setting cannot be used.
    """
    from wres.settings import load_settings

    _name_misspelt_settings()
    return load_settings(**_options)


@cache
def _name_misspelt_settings() -> None:
    """Say once which environment variables look like a setting and are none: they would do nothing, without a word."""
    import os

    from wres.cli.output import warn
    from wres.settings import misspelt_settings

    for name, setting in misspelt_settings(os.environ).items():
        warn(f"{name} is no setting, so it does nothing. If you mean {setting}, correct its name; if not, unset it.")


def command_pipeline() -> "Pipeline":
    """Open the home of this run for all collection years."""
    from wres.context import open_pipeline

    return open_pipeline(command_settings())


def command_context(year: int) -> "Context":
    """Open the home of this run for one collection year.

    Raises:
        WresError: the year has no calendar, or a setting cannot be used.
    """
    from wres.context import open_context

    return open_context(year, command_settings())
