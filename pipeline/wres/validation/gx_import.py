"""Great Expectations, imported without what no suite uses.

Left out are the models of its other expectations and of all that data can be read from, and libraries that only these
use. Every task and every `wres check` of a sender waits for this import, and as it comes it takes five times as long.
A test holds what the suites find against the library as it comes.
"""

import gc
import importlib
import importlib.util
import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from wres.settings import package_data

_LIBRARY = "great_expectations"
_ABSENT = ("sqlalchemy", "pyspark")  # no suite here asks a database or Spark
_LATER = ("altair", "jsonschema", "scipy.stats")  # which expectations that no edit uses import
_MODELS = (
    ("expectations/core", "expect_*.py"),
    ("datasource/fluent", "*_datasource.py"),
    ("datasource/fluent", "fabric.py"),
)
_FRAMES = {"pandas_datasource", "invalid_datasource"}  # where frames are handed in
_TYPE = re.compile(r'"type": "(expect_\w+)"')


@cache
def great_expectations() -> Any:
    """The library, imported when first needed, without analytics.

    What the process holds by then stays, so the garbage collector need not walk through it again and again: that is a
    third of what judging a few hundred returns costs. Not so where DuckDB is there already: at the end of a process it
    counts what was never collected of it, and complains.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    collecting = gc.isenabled()
    gc.disable()
    try:
        with _stood_in(_stand_ins()), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it still imports sre_constants
            return importlib.import_module(_LIBRARY)
    finally:
        if "duckdb" not in sys.modules:
            gc.freeze()
        if collecting:
            gc.enable()


def _stand_ins() -> dict[str, ModuleType | None]:
    """By name, what is imported in the place of modules that no suite needs; None counts as not installed."""
    readers = ModuleType(f"{_LIBRARY}.datasource.fluent.dynamic_pandas")  # a model for each file that pandas can read
    readers._generate_pandas_data_asset_models = lambda *_, **__: {}  # type: ignore[attr-defined]
    return {
        **dict.fromkeys(_ABSENT),
        **{name: _Later(name) for name in _LATER},
        **{name: _Never(name) for name in _models_not_needed()},
        readers.__name__: readers,
    }


def _models_not_needed() -> Iterator[str]:
    spec = importlib.util.find_spec(_LIBRARY)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{_LIBRARY} is not installed", name=_LIBRARY)
    suites = [path.read_text("utf-8") for path in package_data("expectations").glob("*.json")]
    needed = _FRAMES.union(*map(_TYPE.findall, suites))
    for room, pattern in _MODELS:
        for path in Path(spec.origin).parent.joinpath(room).glob(pattern):
            if path.stem not in needed:
                yield f"{_LIBRARY}.{room.replace('/', '.')}.{path.stem}"


@contextmanager
def _stood_in(stand_ins: dict[str, ModuleType | None]) -> Iterator[None]:
    """Within, an import of these modules gives the stand-in, but where the real one is there already."""
    ours = {name: stand_in for name, stand_in in stand_ins.items() if name not in sys.modules}
    sys.modules.update(ours)  # type: ignore[arg-type]  # None is how Python marks what cannot be imported
    try:
        yield
    finally:
        for name, our in ours.items():
            if sys.modules.get(name) is our:
                sys.modules.pop(name, None)


class _Later(ModuleType):
    """A module that is imported at the first look at one of its names."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system looks at these
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


class _Never(ModuleType):
    """A module of classes of which nothing is ever made; nothing is an instance of them."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})
