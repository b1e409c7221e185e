"""Start processes that never hear Ctrl-C: it is for the process that started them, which then ends them.

A terminal sends Ctrl-C to every process of a command. A new Python that is still importing cannot ignore it yet, and
would print a traceback.
"""

from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess

from wres.interrupts import block_interrupts


class ChildProcess(SpawnProcess):
    """A new Python, not a copy of this one, which never hears Ctrl-C."""

    def start(self) -> None:
        """Start the process."""
        resource_tracker.ensure_running()  # where this starts it, it unblocks Ctrl-C
        with block_interrupts():
            super().start()


class ChildContext(SpawnContext):
    """The standard library's `multiprocessing` with such processes."""

    Process = ChildProcess


def start_forkserver(libraries: str) -> None:
    """Start the process that imports these libraries; every process of the `forkserver` method is a copy of it."""
    forkserver.set_forkserver_preload([libraries])
    resource_tracker.ensure_running()
    with block_interrupts():
        forkserver.ensure_running()
