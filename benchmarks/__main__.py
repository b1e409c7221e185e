"""Answers the questions of this folder: `python -m benchmarks --size small [--only start demo ...] [--keep]`.

Figures go to standard output as a table and to var/bench/results.jsonl as lines of JSON.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace

from benchmarks import (
    alternatives,
    demonstration,
    edits,
    growth,
    indicators,
    kept_figures,
    national,
    starting,
    workers,
    years,
)
from benchmarks.measuring import PLACE, Figure, pace

_RUNS = {"tiny": 1, "small": 5, "full": 5, "largest": 5}
_RETURNS = {"tiny": 4, "small": 22, "full": 220, "largest": 220}
_GROWTH = {"tiny": (4, 8), "small": (22, 220), "full": (220, 2_200), "largest": (220, 2_200, 25_000)}
_NATIONS = {"tiny": 1, "small": 40, "full": 100, "largest": 100}
_LONG = (growth.QUESTION, years.QUESTION, workers.QUESTION)  # left out of the quick run unless asked for
_INDICATORS = {"tiny": 5, "small": 500, "full": 25_000, "largest": 25_000}


def _questions(size: str) -> dict[str, Callable[[], Iterator[Figure]]]:
    runs, returns, large = _RUNS[size], _RETURNS[size], _RETURNS[size] >= 220
    return {
        starting.QUESTION: lambda: starting.measure(runs),
        demonstration.QUESTION: lambda: demonstration.measure(None if large else returns),
        alternatives.QUESTION: lambda: alternatives.measure(returns, runs, share=large),
        edits.QUESTION: lambda: edits.measure(_NATIONS[size]),
        "national": lambda: national.measure(returns, runs),
        indicators.QUESTION: lambda: indicators.measure(_INDICATORS[size], runs),
        workers.QUESTION: lambda: workers.measure(4 if size == "tiny" else 2_200, runs),
        growth.QUESTION: lambda: growth.measure(_GROWTH[size], runs),
        years.QUESTION: lambda: years.measure(10 if large else 2, None if large else 3 * returns),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measures what benchmarks/README.md explains.")
    parser.add_argument("--size", choices=list(_RUNS), default="small")
    parser.add_argument("--only", nargs="+", default=[], metavar="QUESTION", help="such as: start growth")
    parser.add_argument("--keep", action="store_true", help="keep the figures in benchmarks/history")
    options = parser.parse_args()
    questions = _questions(options.size)
    if unknown := [name for name in options.only if name not in questions]:
        sys.exit(f"No such question: {', '.join(unknown)}. There are: {', '.join(questions)}.")
    first = pace()
    machine = f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, pace {first:.3f} s"
    print(f"{machine}, size {options.size}", flush=True)
    figures: list[Figure] = []
    asked = options.only or [name for name in questions if options.size != "small" or name not in _LONG]
    for name in asked:
        started = time.perf_counter()
        for row in questions[name]():
            figures.append(row)
            _print(row)
        print(f"  ({name}: {time.perf_counter() - started:.0f} s)", flush=True)
    last = pace()
    print(f"pace {last:.3f} s at the end")
    figures = [replace(row, pace=round((first + last) / 2, 4)) for row in figures]
    PLACE.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(asdict(row)) + "\n" for row in figures]
    (PLACE / "results.jsonl").write_text("".join(lines), encoding="utf-8")
    changes = kept_figures.changes(kept_figures.kept(options.size), figures)
    print(
        "\n".join(["Changed by more than the noise:", *changes])
        if changes
        else "Nothing changed by more than the noise."
    )
    if missed := [f"{row.question}, {row.name}" for row in figures if row.met is False]:
        print("\n".join(["Targets missed:", *missed]))
    if options.keep:
        print(f"Kept: {kept_figures.keep(options.size, figures)}")


def _print(row: Figure) -> None:
    target = "" if row.target is None else f"  target {'>=' if row.least else '<='} {row.target:g}"
    met = {None: "", True: ", met", False: ", MISSED"}[row.met]
    noise = f" +-{row.noise:.0%}" if row.runs > 1 else ""
    print(
        f"{row.question:16}{row.name:64}{row.value:>12g} {row.unit}{noise}{target}{met} {row.note}".rstrip(), flush=True
    )


if __name__ == "__main__":
    main()
