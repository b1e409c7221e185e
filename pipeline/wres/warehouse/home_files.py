"""Iceberg's files in the home: metadata records each location relative to it, so a home may be copied or moved."""

from pathlib import Path
from typing import TYPE_CHECKING

from pyarrow.fs import LocalFileSystem
from pyiceberg.io import FileIO, InputFile, OutputFile
from pyiceberg.io.pyarrow import PyArrowFile

if TYPE_CHECKING:
    from wres.settings import Settings

HOME = "wres.home"  # the catalogue's property that says where the home is now


class HomeFileIO(FileIO):
    """Finds relative locations under the home; PyIceberg makes one where `py-io-impl` names this class."""

    def new_input(self, location: str) -> PyArrowFile:
        """Give a file to read."""
        return self._file(location)

    def new_output(self, location: str) -> PyArrowFile:
        """Give a file to write; its folder is made."""
        self._path(location).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._file(location)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        """Remove a file.

        Raises:
            FileNotFoundError: it is not there.
        """
        place = location if isinstance(location, str) else location.location
        self._path(place).unlink()

    def _file(self, location: str) -> PyArrowFile:
        # The location is what the metadata records; only the path says where the home is.
        return PyArrowFile(location=location, path=str(self._path(location)), fs=LocalFileSystem())

    def _path(self, location: str) -> Path:
        return find_in_home(Path(self.properties[HOME]), location)


def find_in_home(home: Path, location: str) -> Path:
    """Give the path of a location that the warehouse's metadata records.

    Raises:
        ValueError: the location leads out of the home.
    """
    path = Path(location)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"the warehouse names a file outside the home: {location}")
    return home / path


def file_io_properties(settings: "Settings") -> dict[str, str]:
    """Give the catalogue's properties for a warehouse in the home; none where the warehouse is in an object store."""
    if settings.warehouse_uri:
        return {}
    return {"py-io-impl": f"{HomeFileIO.__module__}.{HomeFileIO.__name__}", HOME: str(settings.home.resolve())}
