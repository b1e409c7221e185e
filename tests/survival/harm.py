"""What goes wrong in a run: at which of its points, and how."""

import errno
import random
import sys
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from tests.survival.points import watched
from tests.survival.stages import Stage
from tests.survival.worlds import World

KINDS = ("failed", "stalled")
_ONCE = 1


class HasPoints(Protocol):
    """A stage that ran unharmed."""

    points: list[str]
    seconds: float


def watched_run(world: World, stage: Stage) -> tuple[list[str], list[str], float]:
    """Run a stage: its points, the modules that it imported, and how long it took."""
    points: list[str] = []
    before = set(sys.modules)
    with watched(world.home, points.append):
        begun = time.monotonic()
        stage.run()
        seconds = time.monotonic() - begun
    return points, sorted(set(sys.modules) - before), seconds


def run_until(world: World, stage: Stage, point: int, report: Callable[[str], None], harm: Callable[[], None]) -> None:
    """Run a stage and do harm to this process at one of its points."""
    countdown = iter(range(point, -1, -1))

    def reached(name: str) -> None:
        if next(countdown, _ONCE) == 0:
            report(name)
            harm()

    with watched(world.home, reached):
        stage.run()


def run_failing(world: World, stage: Stage, point: int, report: Callable[[str], None]) -> str:
    """Run a stage in which one point fails; its error must be one that the program explains in a sentence."""
    from wres.errors import WresError, as_unavailable_error

    countdown, failed = iter(range(point, -1, -1)), []

    def reached(name: str) -> None:
        if next(countdown, _ONCE) == 0:
            report(name)
            failed.append(name)
            raise _error_at(name)

    with watched(world.home, reached):
        try:
            stage.run()
        except WresError:
            pass
        except Exception as error:
            if as_unavailable_error(error) is None:
                raise
    return "failed" if failed else "unharmed"


def can_fail(name: str) -> bool:
    """Something fails instead of being done, never after it was done."""
    return name.startswith("before")


def _error_at(name: str) -> Exception:
    if "commit" in name:
        from sqlalchemy.exc import OperationalError

        return OperationalError("COMMIT", None, Exception("the server closed the connection unexpectedly"))
    if "object" in name:
        return OSError("When completing a request: AWS Error NETWORK_CONNECTION during PutObject operation: timed out")
    if any(word in name for word in ("unlink", "rmdir", "chmod")):
        return OSError(errno.EROFS, "Read-only file system", "a file")
    return OSError(errno.ENOSPC, "No space left on device", "a file")


def choose(
    runs: Sequence[HasPoints], number: int, chance: random.Random, which: Callable[[str], bool]
) -> list[tuple[int, int]]:
    """Choose points as (index of the run, index of the point): more in short stages, every place once first."""
    remaining = [_in_turn(run.points, chance, which) for run in runs]
    chosen: list[tuple[int, int]] = []
    cost = [0.0] * len(runs)
    while len(chosen) < number and any(remaining):
        index = min((index for index in range(len(runs)) if remaining[index]), key=lambda index: cost[index])
        cost[index] += 0.5 + runs[index].seconds
        chosen.append((index, remaining[index].pop(0)))
    return sorted(chosen)


def _in_turn(names: Sequence[str], chance: random.Random, which: Callable[[str], bool]) -> list[int]:
    """Order the points of a stage: by chance one of every name, then all others."""
    places: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        if which(name):
            places.setdefault(name, []).append(index)
    first = [chance.choice(indexes) for indexes in places.values()]
    rest = sorted({index for indexes in places.values() for index in indexes} - set(first))
    chance.shuffle(first)
    chance.shuffle(rest)
    return first + rest
