"""Files that are written whole or not at all, so that whoever reads one never sees half of it."""

from pathlib import Path

from pipeline.errors import WresError
from pipeline.machine import why_refused
from pipeline.unfinished import unfinished_file


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there; its folder is made, for the pipeline's own user alone.

    Raises:
        WresError: it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with unfinished_file(path.parent) as temporary:
            temporary.write_bytes(content)
            temporary.replace(path)
    except OSError as error:
        raise WresError(f"{path} cannot be written: {why_refused(error)}. Put that right and run it again.") from None
