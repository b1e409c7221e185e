"""Compare with alternatives: the same returns, the same ten rules, the same findings; each contender in a warm process.

The contenders run in turn, run after run. A slow one, which takes files one by one, is given every fifth or tenth file:
its time is then that of the whole by its share, and its findings are held against ours for those files.
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
    """Hold a module of `contenders`, its name, its environment, one file in how many it gets, and the target."""

    module: str
    name: str
    environment: str | None = None
    one_in: int = 1
    target: float | None = None


ALTERNATIVES = (
    Alternative("file_by_file", "(a) Great Expectations, file by file", one_in=5, target=40),
    Alternative("with_dve", "(b) data-validation-engine 0.9", "dve", one_in=10, target=60),
    Alternative("with_frictionless", "(c) frictionless", "alternatives"),
    Alternative("row_models", "(d) pydantic, row by row"),
    Alternative("with_pandera", "(e) pandera", "alternatives"),
)


def measure(size: int, runs: int, share: bool = True) -> Iterator[Figure]:
    """Measure the processor seconds of each contender, and how many times ours that is."""
    from benchmarks.contenders.rules import shared_rules
    from benchmarks.nation import files

    rules = PLACE / "rules.json"
    rules.parent.mkdir(parents=True, exist_ok=True)
    rules.write_text(json.dumps(shared_rules()))
    sent = [str(path) for _, path in files(PLACE / "returns", size, "csv")]
    installed = [alternative for alternative in ALTERNATIVES if _python(alternative.environment).exists()]
    with ExitStack() as stack:
        ours = stack.enter_context(_Contender("ours", None, rules))
        others = [
            (alternative, stack.enter_context(_Contender(alternative.module, alternative.environment, rules)))
            for alternative in installed
        ]
        for contender in (ours, *(other for _, other in others)):
            contender.check(sent[:2])  # what is made at the first use
        our_seconds: list[float] = []
        seconds: dict[str, list[float]] = {alternative.module: [] for alternative in installed}
        for _ in range(runs):
            our_answer = ours.check(sent)
            our_seconds.append(our_answer["cpu"])
            for alternative, other in others:
                # From the end: the last of each twenty files is one with a mistake.
                some = sent[:: -alternative.one_in] if share else sent
                answer = other.check(some)
                _hold_equal(alternative.name, our_answer["findings"], answer["findings"], other.codes, some)
                seconds[alternative.module].append(answer["cpu"] * len(sent) / len(some))
    yield figure(QUESTION, f"{size}: this project, all edits, processor", our_seconds, "s")
    for alternative, other in others:
        name, module, target = alternative.name, alternative.module, alternative.target
        note = "" if len(other.codes) == len(ours.codes) else f"without {_without(ours.codes, other.codes)}"
        yield figure(QUESTION, f"{size}: {name}, processor", seconds[module], "s", note=note)
        yield ratios(QUESTION, f"{size}: {name}, of ours", our_seconds, seconds[module], target=target, least=True)


def _without(ours: list[str], theirs: list[str]) -> str:
    """List the codes that a contender cannot find."""
    return ", ".join(code for code in ours if code not in theirs)


def _hold_equal(name: str, ours: list[list[str]], theirs: list[list[str]], codes: list[str], sent: list[str]) -> None:
    """Raise a RuntimeError where a contender's findings are not ours of the files and codes that it was given."""
    names = {Path(path).stem for path in sent}
    expected = sorted(finding for finding in ours if finding[0] in names and finding[1] in codes)
    if expected != sorted(theirs):
        raise RuntimeError(f"{name} found something else: {sorted(theirs)[:5]} where ours are {expected[:5]}")


def _python(environment: str | None) -> Path:
    """Return the Python of an environment that `make bench` makes; None is this one."""
    return Path(sys.executable) if environment is None else PLACE / environment / "bin" / "python"


class _Contender:
    """A process that keeps one contender warm."""

    def __init__(self, module: str, environment: str | None, rules: Path) -> None:
        import_paths = [str(_HERE.parent)] if environment is None else []
        self._process = subprocess.Popen(
            [str(_python(environment)), str(_HERE / "contenders" / "run.py"), module, str(rules)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(import_paths), "PYTHONWARNINGS": "ignore"},
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
