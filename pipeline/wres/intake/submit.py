"""Put a return into a sender's inbox on its behalf."""

import os
import re
import shutil
import stat
from itertools import count
from pathlib import Path
from typing import BinaryIO

from wres.errors import WresError, why_refused
from wres.intake.channel import TEST_FOLDER, is_left_alone
from wres.settings import Settings
from wres.storage.atomic import atomic_file

_CHUNK = 1 << 20


def put_in_inbox(settings: Settings, year: int, organisation_code: str, file: Path, *, test: bool = False) -> Path:
    """Copy a file into an organisation's inbox, to be tried out or to count; it is seen there only when it is whole.

    An unfinished file of a killed run is removed by the next one, or by the next round.

    Raises:
        WresError: the file cannot be read, is no file or too large, or the code is no organisation code.
    """
    check_submission(organisation_code, file)
    folder = settings.inbox / str(year) / organisation_code / (TEST_FOLDER if test else "")
    try:
        with _open_file(file) as source:
            settings.inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(parents=True, exist_ok=True)
            with atomic_file(folder, shared=True) as unfinished:
                with unfinished.open("wb") as target:
                    _copy(source, target, file, settings.max_landed_bytes)
                shutil.copymode(folder, unfinished)  # who may read the folder may read the file
                unfinished.chmod(unfinished.stat().st_mode & 0o664)
                return _put_in_place(unfinished, file.name)
    except OSError as error:
        raise _cannot_send(file, error) from None


def check_submission(organisation_code: str, file: Path) -> None:
    """Refuse an impossible organisation code, before it becomes a part of a path, and what is no file.

    Raises:
        WresError: the code or the file cannot be used.
    """
    if not re.fullmatch(r"[A-Z0-9]{3,6}", organisation_code):
        raise WresError(f"{organisation_code!r} is no organisation code. Give the ODS code, for example RXY.")
    try:
        _open_file(file).close()
    except OSError as error:
        raise _cannot_send(file, error) from None


def _cannot_send(file: Path, error: OSError) -> WresError:
    return WresError(f"{file} cannot be sent: {why_refused(error)}. Check the name and that you may read it.")


def _open_file(file: Path) -> BinaryIO:
    """Open a file that is one: a pipe or a device may never end, or never begin."""
    handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    source = os.fdopen(handle, "rb") if stat.S_ISREG(os.fstat(handle).st_mode) else None
    if source is None:
        os.close(handle)
        raise WresError(f"{file} is not a file (it is a folder, a pipe or a device). Give the return itself.")
    return source


def _copy(source: BinaryIO, target: BinaryIO, file: Path, limit: int) -> None:
    size = 0
    while chunk := source.read(_CHUNK):
        size += target.write(chunk)
        if size > limit:
            raise WresError(f"{file} is larger than {limit:,} bytes, so it was not sent. A return has about 20,000.")


def _put_in_place(unfinished: Path, name: str) -> Path:
    """Give the file a name that no waiting file has, so that a second return does not overwrite the first."""
    name = re.sub(r"^(\.|~\$)", "_", name)
    wished = Path(f"{name}_" if is_left_alone(name) else name)
    for number in count():
        path = unfinished.with_name(f"{wished.stem}{f'-{number}' if number else ''}{wished.suffix}")
        try:
            os.link(unfinished, path)
        except FileExistsError:
            continue
        except OSError:  # a file system without links
            return unfinished.replace(path)
        return path
    raise AssertionError
