"""Against alternatives: the same returns, the same ten rules, the same findings; each contender in a warm process.

The contenders run in turn, run after run. One that takes files one by one for long is given every so-manieth file: its
time is then that of the whole by its share, and its findings are held against ours for those files.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measuring import PLACE, Figure, figure, ratios

QUESTION = "alternatives"
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Alternative:
    """A module of `contenders`, what it is called, its environment, every how many files it gets, and the target."""

    module: str
    name: str
    environment: str | None = None
    one_in: int = 1
    target: float | None = None


ALTERNATIVES = (
    Alternative("one_by_one", "(a) Great Expectations, file by file", one_in=5, target=40),
    Alternative("with_dve", "(b) data-validation-engine 0.9", "dve", one_in=10, target=60),
    Alternative("with_frictionless", "(c) frictionless", "alternatives"),
    Alternative("row_models", "(d) pydantic, row by row"),
    Alternative("with_pandera", "(e) pandera", "alternatives"),
)


def measure(size: int, runs: int, share: bool = True) -> Iterator[Figure]:
    """Seconds of the processor of each, and how many times ours that is."""
    from benchmarks.contenders.rules import shared_rules
    from benchmarks.nation import files

    rules = PLACE / "rules.json"
    rules.parent.mkdir(parents=True, exist_ok=True)
    rules.write_text(json.dumps(shared_rules()))
    sent = [str(path) for _, path in files(PLACE / "returns", size, "csv")]
    there = [one for one in ALTERNATIVES if _python(one.environment).exists()]
    with ExitStack() as stack:
        ours = stack.enter_context(_Contender("ours", None, rules))
        others = [(one, stack.enter_context(_Contender(one.module, one.environment, rules))) for one in there]
        for contender in (ours, *(other for _, other in others)):
            contender.check(sent[:2])  # what is made at the first use
        own: list[float] = []
        spent: dict[str, list[float]] = {one.module: [] for one in there}
        for _ in range(runs):
            answer = ours.check(sent)
            own.append(answer["cpu"])
            for one, other in others:
                # From the end: the last of each twenty files is one with a mistake.
                some = sent[:: -one.one_in] if share else sent
                theirs = other.check(some)
                _hold_equal(one.name, answer["findings"], theirs["findings"], other.codes, some)
                spent[one.module].append(theirs["cpu"] * len(sent) / len(some))
    yield figure(QUESTION, f"{size}: this project, all edits, processor", own, "s")
    for one, other in others:
        note = "" if len(other.codes) == len(ours.codes) else f"without {_without(ours.codes, other.codes)}"
        yield figure(QUESTION, f"{size}: {one.name}, processor", spent[one.module], "s", note=note)
        yield ratios(QUESTION, f"{size}: {one.name}, of ours", own, spent[one.module], target=one.target, least=True)


def _without(ours: list[str], theirs: list[str]) -> str:
    return ", ".join(code for code in ours if code not in theirs)


def _hold_equal(name: str, ours: list[list[str]], theirs: list[list[str]], codes: list[str], sent: list[str]) -> None:
    which = {Path(path).stem for path in sent}
    expected = sorted(our for our in ours if our[0] in which and our[1] in codes)
    if expected != sorted(theirs):
        raise RuntimeError(f"{name} found something else: {sorted(theirs)[:5]} where ours are {expected[:5]}")


def _python(environment: str | None) -> Path:
    return Path(sys.executable) if environment is None else PLACE / environment / "bin" / "python"


class _Contender:
    """A process that keeps one contender warm."""

    def __init__(self, module: str, environment: str | None, rules: Path) -> None:
        own = [str(_HERE.parent)] if environment is None else []
        self._process = subprocess.Popen(
            [str(_python(environment)), str(_HERE / "contenders" / "run.py"), module, str(rules)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(own), "PYTHONWARNINGS": "ignore"},
        )
        self.codes: list[str] = self._answer()["codes"]

    def __enter__(self) -> "_Contender":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def check(self, paths: list[str]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(paths) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a contender ended; its error stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer
