"""Run the program from a copy whose data files were changed, as an engineer changes them; its code is the same."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import wres

_PACKAGE = Path(wres.__file__).parent
_MAIN = "from wres.cli.main import main; main()"


@dataclass(frozen=True, slots=True)
class CopiedPackage:
    """A copy of the package in a folder, with a home of its own there."""

    folder: Path

    @property
    def package(self) -> Path:
        """The copied package, whose data files may be changed."""
        return self.folder / "pipeline" / "wres"

    @property
    def home(self) -> Path:
        """The home on which its commands work."""
        return self.folder / "home"

    def wres(self, *arguments: str | Path, status: int = 0) -> str:
        """Run a command as a person would and return what it prints."""
        return self.python(_MAIN, *map(str, arguments), status=status)

    def python(self, code: str, *arguments: str, status: int = 0) -> str:
        """Run code that imports the copy."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WRES_")}
        environment |= {
            "PYTHONPATH": str(self.folder / "pipeline"),
            "WRES_HOME": str(self.home),
            "WRES_YEARS": str(self.folder / "years"),
        }
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def json(self, *arguments: str | Path, status: int = 0) -> Any:
        """Run a command and return what it prints as JSON."""
        return json.loads(self.wres(*arguments, "--format", "json", status=status))


def copy_package(folder: Path) -> CopiedPackage:
    """Copy the package, with the data that lies beside it, and an empty folder of further years' files."""
    shutil.copytree(_PACKAGE, folder / "pipeline" / "wres", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("expectations", "sql", "docs", "dags"):
        (folder / name).symlink_to(_PACKAGE.parent.parent / name)
    (folder / "years").mkdir()
    return CopiedPackage(folder)
