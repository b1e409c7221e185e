"""Files that are written whole or not at all, so that whoever reads one never sees half of it."""

from pathlib import Path
from uuid import uuid4

from pipeline.errors import WresError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there; its folder is made, for the pipeline's own user alone.

    Raises:
        WresError: it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise WresError(f"{path} cannot be written: {error.strerror}. Put that right and run it again.") from None
