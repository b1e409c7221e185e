"""Marking a home as simulated, so that all that is made of it says so."""

from pathlib import Path

from wres.errors import WresError

_TEXT = "Everything under this folder was made by the simulation; none of it describes a real organisation.\n"


def mark_simulated(home: Path, *, has_real_receipts: bool) -> None:
    """Leave the file SIMULATED in a home (WRES_HOME); done again it changes nothing.

    Raises:
        WresError: the home holds returns that real senders sent; made-up ones must never stand among them.
    """
    if has_real_receipts:
        raise WresError(
            f"{home} already holds real returns, and simulated ones must not be put among them: "
            "set WRES_HOME to another folder."
        )
    home.mkdir(parents=True, exist_ok=True)
    (home / "SIMULATED").write_text(_TEXT, encoding="utf-8")
