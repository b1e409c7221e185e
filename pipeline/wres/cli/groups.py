"""How the commands of `wres` stand on its help page: daily work first, each under the heading of what it is for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import typer
from typer.core import TyperGroup

from wres.cli.command_context import clear_options
from wres.cli.output import print_text, set_quiet, warn
from wres.cli.standard_streams import INTERRUPTED, STOPPED
from wres.interrupts import is_interrupted

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}
_HEADINGS = {
    "Every day of a collection": (
        "status",
        "collect",
        "history",
        "chase",
        "prepare",
        "check",
        "submit",
        "template",
        "serve",
    ),
    "Build and publish": (
        "build",
        "checklist",
        "approve",
        "publish",
        "withdraw",
        "run",
        "commentary",
        "trace",
        "sql",
        "tables",
        "local-report",
        "verify",
    ),
    "Register and calendar": ("organisations", "succession", "contacts", "senders", "collection"),
    "Keep it safe": ("audit", "backup", "restore", "rebuild", "forget", "migrate", "keys", "airflow"),
    "Try it out": ("demo",),
}
_ORDER = [name for names in _HEADINGS.values() for name in names]
_QUIET = ("-q", "--quiet")
_OTHERS = "More commands"


class CommandGroup(TyperGroup):
    """Commands in the order of the work; each takes --quiet, wherever it stands."""

    def make_context(self, *arguments: Any, **named: Any) -> Any:
        """Read the command line."""
        with _answer_interrupts():
            return super().make_context(*arguments, **named)

    def list_commands(self, ctx: Any) -> list[str]:
        """Give the names of the commands, those of daily work first and those without a heading last."""
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Give a command by its name."""
        command = super().get_command(ctx, cmd_name)
        if command is not None and ctx.parent is None:
            setattr(command, "rich_help_panel", heading_of(cmd_name))  # noqa: B010 - typer reads it, no type knows it
        return command

    def invoke(self, ctx: Any) -> Any:
        """Run a command; a value that is wrong, and Ctrl-C, are answered in plain words."""
        try:
            with _answer_interrupts():
                return super().invoke(ctx)
        except typer.BadParameter as error:
            if callable(problems := getattr(error.__cause__, "errors", None)):
                from wres.errors import describe_value_problem

                error.message = describe_value_problem(problems()[0])
            raise

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take --quiet out of a command line, and leave the rest to the commands."""
        if ctx.parent is None:
            ours = args[: args.index("--")] if "--" in args else args
            clear_options()
            set_quiet(any(argument in _QUIET for argument in ours))
            args = [argument for argument in ours if argument not in _QUIET] + args[len(ours) :]
        return super().parse_args(ctx, args)


@contextmanager
def _answer_interrupts() -> Iterator[None]:
    """End with a sentence and its exit status after Ctrl-C, also where a library made another error of it."""
    try:
        yield
    except typer.Exit:
        raise
    except (KeyboardInterrupt, Exception) as error:
        if not isinstance(error, KeyboardInterrupt) and not is_interrupted():
            raise
        warn(STOPPED)
        raise typer.Exit(INTERRUPTED) from None


def heading_of(name: str) -> str:
    """Give the heading under which a command stands."""
    headings: Mapping[str, tuple[str, ...]] = _HEADINGS
    return next((heading for heading, names in headings.items() if name in names), _OTHERS)


def print_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        print_text(f"wres {version('wres')}\n")
        raise typer.Exit
