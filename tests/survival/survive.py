"""Kills the pipeline at the points that watching it finds, runs it again and compares: one world a process.

    python survive.py FOLDER --kills 40 --moments 8 --faults 8 --stalls 4 [--postgres URL] [--s3 HOST:PORT] [--seed N]
        [--policy protected] [--stages 5] [--only build publish]

Prints a line of JSON each time and a summary in the last one.
"""

import argparse
import gc
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # it is run as a script too

from tests.survival.forks import Child, ChildResult, import_all, run_in_child, stop_this_process
from tests.survival.harm import KINDS, can_fail, choose, run_failing, run_until, watched_run
from tests.survival.points import die
from tests.survival.stages import Stage, stages
from tests.survival.truth import Outcome, differences, outcome, require_sound, sent_files
from tests.survival.worlds import World

_PATIENCE = 6.0  # seconds for which the second worker may have to wait for the one that is stopped


@dataclass(slots=True)
class UnharmedRun:
    """A stage that ran unharmed: its points in order, how long it took, what was sent before it, and its outcome."""

    number: int
    stage: Stage
    points: list[str]
    seconds: float
    sent: set[str]
    outcome: Outcome
    objects: dict[str, bytes] = field(repr=False, default_factory=dict)  # what the object store held before it

    @property
    def copy(self) -> str:
        """Name the copy of the world as it was before the stage."""
        return f"before-{self.number}"


class Survival:
    """Runs the stages in a world, once unharmed and then with one thing going wrong each time."""

    def __init__(self, world: World, seed: int, only: Sequence[str] = ()) -> None:
        """Prepare for a world; harm is done in the stages named by `only`, by default in all."""
        self._world, self._chance, self._only = world, random.Random(seed), only
        self.runs: list[UnharmedRun] = []
        self.harm: Counter[str] = Counter()  # killed, failed, stalled; unharmed where the end came first
        self.harm_by_stage: Counter[str] = Counter()
        self.failures: list[str] = []

    def run_unharmed(self, story: list[Stage]) -> None:
        """Run every stage unharmed and watched, and keep a copy of the world before it."""
        self._world.enter()
        sent: set[str] = set()
        self._in_child(lambda _report: self._world.put_objects_back({}))
        for number, stage in enumerate(story):
            os.environ["WRES_AS_OF"] = stage.at
            self._in_child(lambda _report, stage=stage: stage.prepare(self._world))
            now, objects = self._in_child(lambda _report: (sent_files(self._world), self._world.objects()))
            sent |= now
            self._world.keep(f"before-{number}")
            points, modules, seconds = self._in_child(lambda _report, stage=stage: watched_run(self._world, stage))
            import_all(modules)
            outcome = self._in_child(lambda _report, sent=sent: self._sound_outcome(sent))
            self.runs.append(UnharmedRun(number, stage, points, seconds, set(sent), outcome, objects))

    def kill_at_points(self, number: int) -> None:
        """Kill at this number of points, spread over the stages and within each over its different places."""
        for run, point in self._chosen(number, lambda _name: True):
            self._put_back(run)
            self._run_again(run, run_in_child(partial(run_until, self._world, run.stage, point, harm=die)))

    def kill_at_moments(self, number: int) -> None:
        """Kill at random moments of random stages, each as likely as it is long."""
        runs = self._runs_to_harm()
        for run in self._chance.choices(runs, [run.seconds for run in runs], k=number):
            moment = self._chance.uniform(0, run.seconds)
            self._put_back(run)
            result = run_in_child(lambda _report, run=run: run.stage.run(), kill_after=moment)  # type: ignore[misc]
            self._run_again(run, replace(result, message=f"{moment:.3f} s after its beginning"))

    def fail_at_points(self, number: int) -> None:
        """Let the disk be full, the store away or the database gone at this number of points."""
        for run, point in self._chosen(number, can_fail):
            self._put_back(run)
            self._run_again(run, run_in_child(partial(run_failing, self._world, run.stage, point)))

    def stall_at_points(self, number: int) -> None:
        """Stop a worker at this number of points while another does the same step, and then let it continue."""
        for run, point in self._chosen(number, lambda name: "commit" not in name):
            self._put_back(run)
            stalled = Child(partial(run_until, self._world, run.stage, point, harm=stop_this_process))
            stalled.wait_until_stopped()
            other = Child(lambda _report, run=run: run.stage.run())  # type: ignore[misc]
            other.wait(_PATIENCE)
            stalled.resume()
            results = [other.end(), stalled.end()]
            wrong = next((result for result in results if result.error is not None), results[1])
            kind = "stalled" if stalled.message else "unharmed"
            self._run_again(run, replace(wrong, message=stalled.message, result=kind))

    def _runs_to_harm(self) -> list[UnharmedRun]:
        return [run for run in self.runs if not self._only or run.stage.name in self._only]

    def _chosen(self, number: int, which: Callable[[str], bool]) -> list[tuple[UnharmedRun, int]]:
        runs = self._runs_to_harm()
        return [(runs[index], point) for index, point in choose(runs, number, self._chance, which)]

    def _put_back(self, run: UnharmedRun) -> None:
        """Make the world as it was before a stage."""
        os.environ["WRES_AS_OF"] = run.stage.at
        self._world.put_back(run.copy)
        if self._world.s3:
            self._in_child(lambda _report: self._world.put_objects_back(run.objects))

    def _run_again(self, run: UnharmedRun, harmed: ChildResult) -> None:
        """Run a stage again after it was harmed, as if nothing had been, and compare with the unharmed run."""
        kind = "killed" if harmed.killed else str(harmed.result) if harmed.result in KINDS else "unharmed"
        self.harm[kind] += 1
        self.harm_by_stage[run.stage.name] += kind != "unharmed"
        again = run_in_child(lambda _report: self._sound_run(run))
        wrong = [result.trace for result in (harmed, again) if result.error is not None]
        wrong = wrong or differences(run.outcome, again.result)
        where = f"{run.stage.name}, {harmed.message}"
        processor = [round(result.processor, 2) for result in (harmed, again)]
        _print_line({"harm": kind, "where": where, "processor": processor, "wrong": wrong})
        if wrong:
            self.failures.append(f"{self._world.name}: {kind} in {where}: {wrong[0]}")

    def _sound_run(self, run: UnharmedRun) -> Outcome:
        require_sound(self._world, run.sent)
        run.stage.run()
        return self._sound_outcome(run.sent)

    def _sound_outcome(self, sent: set[str]) -> Outcome:
        require_sound(self._world, sent)
        return outcome(self._world)

    def _in_child(self, work: Callable[..., Any]) -> Any:
        gc.freeze()
        result = run_in_child(work)
        if result.error is not None:
            raise RuntimeError(result.trace)
        return result.result


def _print_line(facts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    for harm in ("kills", "moments", "faults", "stalls"):
        parser.add_argument(f"--{harm}", type=int, default=0)
    parser.add_argument("--postgres", default="")
    parser.add_argument("--s3", default="")
    parser.add_argument("--policy", default="", help="the year's disclosure policy; that of its file by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stages", type=int, help="how many of the stages are run; all by default")
    parser.add_argument("--only", nargs="*", default=(), help="the stages in which harm is done; all by default")
    arguments = parser.parse_args()
    name = f"{'PostgreSQL' if arguments.postgres else 'SQLite'} and {'S3' if arguments.s3 else 'folders'}"
    name += f", {arguments.policy}" if arguments.policy else ""
    begun = time.monotonic()
    world = World(name, arguments.folder.resolve(), arguments.postgres, arguments.s3, arguments.policy)
    survival = Survival(world, arguments.seed, arguments.only)
    survival.run_unharmed(stages()[: arguments.stages])
    seconds = time.monotonic() - begun
    survival.kill_at_points(arguments.kills)
    survival.kill_at_moments(arguments.moments)
    survival.fail_at_points(arguments.faults)
    survival.stall_at_points(arguments.stalls)
    summary = {
        "world": name,
        "points": {run.stage.name: len(run.points) for run in survival.runs},
        "places": len({point for run in survival.runs for point in run.points}),
        "harm": dict(survival.harm),
        "harm_by_stage": dict(survival.harm_by_stage),
        "failures": survival.failures,
        "seconds": [round(seconds, 1), round(time.monotonic() - begun, 1)],
    }
    _print_line(summary)
    os._exit(0)  # some libraries, forked, complain at a proper end


if __name__ == "__main__":
    main()
