"""Make, publish, verify and read releases. `from wres.release import read_table` gives one as a data frame."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wres.release.read import read_table

__all__ = ["read_table"]


def __getattr__(name: str) -> object:
    """Import what reads tables only when it is asked for, so that importing this package stays light."""
    if name == "read_table":
        from wres.release.read import read_table

        return read_table
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
