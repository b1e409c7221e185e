"""The command `wres`, from its first moment: Ctrl-C is answered also while the command line is still being imported."""

import sys

from wres.interrupts import ignore_interrupts, watch_interrupts


def main() -> None:
    """Run the command line."""
    watch_interrupts()
    try:
        from wres.cli.main import main as run

        run()
    except KeyboardInterrupt:
        from wres.cli.standard_streams import INTERRUPTED, STOPPED

        print(STOPPED, file=sys.stderr)  # noqa: T201 - what prints otherwise may not be imported yet
        sys.exit(INTERRUPTED)
    finally:
        ignore_interrupts()
