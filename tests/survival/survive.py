"""Kills the pipeline at the points that watching it finds, runs it again and compares: one world a process.

    python survive.py FOLDER --kills 40 --moments 8 --faults 8 --stalls 4 [--postgres URL] [--s3 HOST:PORT] [--seed N]

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
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # it is run as a script too

from tests.survival.forks import Child, Ended, import_all, run_in_child, stand_still
from tests.survival.harm import KINDS, can_fail, choose, run_failing, run_until, watched_run
from tests.survival.points import die
from tests.survival.stages import Stage, stages
from tests.survival.truth import Outcome, differences, outcome, require_sound, sent_files
from tests.survival.worlds import World

_PATIENCE = 6.0  # seconds for which the one that goes on may have to wait for the one that stands still


@dataclass(slots=True)
class Told:
    """A stage that ran unharmed: its points in order, how long it took, what was sent before, what it left."""

    stage: Stage
    points: list[str]
    seconds: float
    sent: set[str]
    left: Outcome
    objects: dict[str, bytes] = field(repr=False, default_factory=dict)  # what the store held before


class Survival:
    """Tells the story in a world, once unharmed and then with one thing going wrong each time."""

    def __init__(self, world: World, seed: int) -> None:
        self._world, self._chance = world, random.Random(seed)
        self.told: list[Told] = []
        self.happened: Counter[str] = (
            Counter()
        )  # what went wrong: killed, failed, stalled; unharmed: the end came first
        self.stages: Counter[str] = Counter()
        self.failures: list[str] = []

    def tell(self, story: list[Stage]) -> None:
        """Run every stage unharmed, watched, and keep what stood before it."""
        self._world.enter()
        sent: set[str] = set()
        self._in_child(lambda _say: self._world.put_objects_back({}))
        for number, stage in enumerate(story):
            os.environ["WRES_AS_OF"] = stage.at
            self._in_child(lambda _say, stage=stage: stage.prepare(self._world))
            now, objects = self._in_child(lambda _say: (sent_files(self._world), self._world.objects()))
            sent |= now
            self._world.keep(f"before-{number}")
            points, modules, seconds = self._in_child(lambda _say, stage=stage: watched_run(self._world, stage))
            import_all(modules)
            outcome = self._in_child(lambda _say, sent=sent: self._sound_outcome(sent))
            self.told.append(Told(stage, points, seconds, set(sent), outcome, objects))

    def kill_at_points(self, number: int) -> None:
        """Kill at so many of the points, spread over the stages and within each over its different places."""
        for told, point in self._chosen(number, lambda _name: True):
            self._put_back(told)
            self._after(
                told,
                run_in_child(lambda say, told=told, point=point: run_until(self._world, told.stage, point, say, die)),  # type: ignore[misc]
            )

    def kill_at_moments(self, number: int) -> None:
        """Kill at random moments of random stages, each as likely as it is long."""
        weights = [told.seconds for told in self.told]
        for told in self._chance.choices(self.told, weights, k=number):
            moment = self._chance.uniform(0, told.seconds)
            self._put_back(told)
            ended = run_in_child(lambda _say, told=told: told.stage.run(), kill_after=moment)  # type: ignore[misc]
            self._after(told, replace(ended, said=f"{moment:.3f} s after its beginning"))

    def fail_at_points(self, number: int) -> None:
        """Let the disk be full, the store away or the database gone at so many points."""
        for told, point in self._chosen(number, can_fail):
            self._put_back(told)
            self._after(
                told,
                run_in_child(lambda say, told=told, point=point: run_failing(self._world, told.stage, point, say)),  # type: ignore[misc]
            )

    def stall_at_points(self, number: int) -> None:
        """Let a worker stand still at so many points while another does the same step, and then go on."""
        for told, point in self._chosen(number, lambda name: "commit" not in name):
            self._put_back(told)
            stalled = Child(
                lambda say, told=told, point=point: run_until(self._world, told.stage, point, say, stand_still)  # type: ignore[misc]
            )
            stalled.wait_until_it_stands()
            other = Child(lambda _say, told=told: told.stage.run())  # type: ignore[misc]
            other.wait(_PATIENCE)
            stalled.go_on()
            ends = [other.end(), stalled.end()]
            wrong = next((end for end in ends if end.error is not None), ends[1])
            self._after(told, replace(wrong, said=stalled.said, result="stalled" if stalled.said else "unharmed"))

    def _chosen(self, number: int, which: Callable[[str], bool]) -> list[tuple[Told, int]]:
        return [(self.told[at], point) for at, point in choose(self.told, number, self._chance, which)]

    def _put_back(self, told: Told) -> None:
        os.environ["WRES_AS_OF"] = told.stage.at
        self._world.put_back(f"before-{self.told.index(told)}")
        if self._world.s3:
            self._in_child(lambda _say: self._world.put_objects_back(told.objects))

    def _after(self, told: Told, ended: Ended) -> None:
        """Run the step again, as if nothing had been, and compare."""
        what = "killed" if ended.killed else str(ended.result) if ended.result in KINDS else "unharmed"
        self.happened[what] += 1
        self.stages[told.stage.name] += what != "unharmed"
        again = run_in_child(lambda _say: self._sound_run(told))
        wrong = [attempt.trace for attempt in (ended, again) if attempt.error is not None]
        wrong = wrong or differences(told.left, again.result)
        where = f"{told.stage.name}, {ended.said}"
        spent = [round(attempt.processor, 2) for attempt in (ended, again)]
        _tell({"what": what, "where": where, "spent": spent, "wrong": wrong})
        if wrong:
            self.failures.append(f"{self._world.name}: {what} in {where}: {wrong[0]}")

    def _sound_run(self, told: Told) -> Outcome:
        require_sound(self._world, told.sent)
        told.stage.run()
        return self._sound_outcome(told.sent)

    def _sound_outcome(self, sent: set[str]) -> Outcome:
        require_sound(self._world, sent)
        return outcome(self._world)

    def _in_child(self, work: Callable[..., Any]) -> Any:
        gc.freeze()
        ended = run_in_child(work)
        if ended.error is not None:
            raise RuntimeError(ended.trace)
        return ended.result


def _tell(facts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    for what in ("kills", "moments", "faults", "stalls"):
        parser.add_argument(f"--{what}", type=int, default=0)
    parser.add_argument("--postgres", default="")
    parser.add_argument("--s3", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stages", type=int, help="how many of the story's stages are told; all by default")
    arguments = parser.parse_args()
    name = f"{'PostgreSQL' if arguments.postgres else 'SQLite'} and {'S3' if arguments.s3 else 'folders'}"
    begun = time.monotonic()
    survival = Survival(World(name, arguments.folder.resolve(), arguments.postgres, arguments.s3), arguments.seed)
    survival.tell(stages()[: arguments.stages])
    seconds = time.monotonic() - begun
    survival.kill_at_points(arguments.kills)
    survival.kill_at_moments(arguments.moments)
    survival.fail_at_points(arguments.faults)
    survival.stall_at_points(arguments.stalls)
    summary = {
        "world": name,
        "points": {seconds.stage.name: len(seconds.points) for seconds in survival.told},
        "places": len({point for seconds in survival.told for point in seconds.points}),
        "happened": dict(survival.happened),
        "in": dict(survival.stages),
        "failures": survival.failures,
        "seconds": [round(seconds, 1), round(time.monotonic() - begun, 1)],
    }
    _tell(summary)
    os._exit(0)  # some libraries, forked, complain at a proper end


if __name__ == "__main__":
    main()
