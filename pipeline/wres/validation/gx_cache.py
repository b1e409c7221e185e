"""Great Expectations at less cost: asked once what it would work out anew.

Nothing here changes what an expectation finds; a test holds the results against those of the library as it comes.
"""

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

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
        _instead(made_of, "to_domain_obj", _once(made_of.to_domain_obj, lambda made: made.kwargs)),  # they are added to
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
