"""Great Expectations at less cost: imported without what no edit uses, and asked once what it would work out anew.

Nothing here changes what an expectation finds; a test holds the results against those of the library as it comes.
"""

import gc
import importlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from types import ModuleType
from typing import Any

# Great Expectations imports these for expectations that no edit uses; they cost more than a second.
_NOT_NEEDED = ("altair", "scipy.stats")
_ONE_AT_A_TIME = Lock()


@contextmanager
def asked_once() -> Iterator[None]:
    """Within, an expectation works out its configuration once, not some thirty times, and is not made anew from it each
    time that something is asked of it; the rows that it is about are chosen once, not for each thing that is told of
    them; what has the same content gets its key without being written as JSON again; and a frame gets no fingerprint,
    which nothing here looks at.

    That is half of what a run of a suite costs. Neither an expectation nor a frame changes while it runs.
    """
    expectation = importlib.import_module("great_expectations.expectations.expectation").Expectation
    pandas = importlib.import_module("great_expectations.execution_engine.pandas_execution_engine")
    engine = pandas.PandasExecutionEngine
    keyed = importlib.import_module("great_expectations.core.id_dict").IDDict
    stated = importlib.import_module("great_expectations.expectations.expectation_configuration")
    made_of = stated.ExpectationConfiguration
    with (
        _ONE_AT_A_TIME,
        _instead(expectation, "configuration", property(_once(expectation.configuration.fget))),
        _instead(made_of, "to_domain_obj", _once(made_of.to_domain_obj, lambda one: one.kwargs)),  # they are added to
        _instead(engine, "get_domain_records", _once(engine.get_domain_records)),
        _instead(keyed, "to_id", _once_a_content(keyed.to_id)),
        _instead(pandas, "hash_pandas_dataframe", lambda _frame: ""),
    ):
        yield


def _once(asked: Callable[..., Any], state: Callable[[Any], Any] = lambda _: None) -> Callable[..., Any]:
    """A method that remembers its answers, by object, by what may change of it and by what was given."""
    answers: dict[tuple[int, str], tuple[Any, Any]] = {}  # the object too, so that no other gets its number

    def answer(self: Any, *given: Any, **named: Any) -> Any:
        key = (id(self), repr((state(self), given, named)))
        if key not in answers:
            answers[key] = (self, asked(self, *given, **named))
        return answers[key][1]

    return answer


def _once_a_content(asked: Callable[..., Any]) -> Callable[..., Any]:
    """A method of a dict that remembers its answers by kind of dict, by content and by what was given."""
    answers: dict[tuple[type, str], Any] = {}

    def answer(self: Any, *given: Any, **named: Any) -> Any:
        key = (type(self), repr((self, given, named)))
        if key not in answers:
            answers[key] = asked(self, *given, **named)
        return answers[key]

    return answer


@contextmanager
def _instead(owner: Any, name: str, other: Any) -> Iterator[None]:
    own = vars(owner)[name]
    setattr(owner, name, other)
    try:
        yield
    finally:
        setattr(owner, name, own)


@cache
def great_expectations() -> Any:
    """Great Expectations, imported when first needed, without analytics, in about half the usual time.

    What the process holds by then stays, so the garbage collector need not walk through it again and again: that is a
    third of what judging a few hundred returns costs.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    collecting = gc.isenabled()
    gc.disable()
    try:
        with _deferred(_NOT_NEEDED), _hidden("sqlalchemy"), _hidden("pyspark"), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it still imports sre_constants
            return importlib.import_module("great_expectations")
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """Within, a module that is not imported yet counts as not installed: no suite here asks a database or Spark."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how Python itself marks a module that cannot be imported
    try:
        yield
    finally:
        del sys.modules[name]


@contextmanager
def _deferred(names: tuple[str, ...]) -> Iterator[None]:
    """Within, an import of these modules gives a stand-in that imports the real one when it is first used."""
    stand_ins = {name: _StandIn(name) for name in names if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


class _StandIn(ModuleType):
    """A module that is imported at the first look at one of its names."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system looks at these
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)
