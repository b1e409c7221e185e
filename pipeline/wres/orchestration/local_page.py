"""The page for senders on this machine, as a process beside the local Airflow, and links to sign in with."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from wres.context import Pipeline
from wres.database.senders import add_sender
from wres.errors import WresError
from wres.intake.audit_log_export import export_audit_log
from wres.orchestration.process_guard import start_guard
from wres.settings import Settings

_WITHIN = 300  # seconds to come up, and to be able to check what is sent
_LOOK_EVERY = 0.25  # seconds


class LocalPage:
    """`wres serve` from entering to leaving; it does not outlive this process, even when that is killed.

    Entering raises WresError when the page does not come up; the text says where to look.
    """

    def __init__(self, settings: Settings, port: int) -> None:
        self._settings = settings
        self._port = port
        self._log = settings.home / "logs" / "page.log"

    @property
    def url(self) -> str:
        """Return the address of the page."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._guard = start_guard()
        self._log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = [str(Path(sys.executable).with_name("wres")), "serve", "--port", str(self._port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command,
                env={**os.environ, "WRES_HOME": str(self._settings.home), "WRES_WEB_URL": self.url},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if self._guard.stdin:
            self._guard.stdin.write(b"%d\n" % self._process.pid)
            self._guard.stdin.flush()
        try:
            self._wait()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def require_alive(self) -> None:
        """Raise where the page's process has ended by itself.

        Raises:
            WresError: it has.
        """
        if self._process.poll() is not None:
            raise WresError(f"The page ended by itself. {self._log} says why.")

    def _wait(self) -> None:
        """Wait until the page answers."""
        until = time.monotonic() + _WITHIN
        while time.monotonic() < until:
            self.require_alive()
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/health", timeout=5, trust_env=False, follow_redirects=True).is_success:
                    return
            time.sleep(_LOOK_EVERY)
        raise WresError(f"The page did not come up within {_WITHIN} seconds. Look in {self._log}.")

    def _end(self) -> None:
        if self._guard.stdin:
            with suppress(BrokenPipeError):
                self._guard.stdin.close()
        self._guard.wait()
        self._process.wait()


def invitation(pipeline: Pipeline, url: str, role: str, code: str | None) -> str:
    """Make a link by which a person of an organisation signs in once; without a code, one of the national team."""
    _, secret = add_sender(pipeline.database, "invitation", role, [code] if code else [], national=code is None)
    export_audit_log(pipeline.settings, pipeline.database)
    return f"{url}/invitations/{secret}"
