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


def run_until(world: World, stage: Stage, point: int, say: Callable[[str], None], harm: Callable[[], None]) -> None:
    """Run a stage and do harm to this process at one of its points."""
    countdown = iter(range(point, -1, -1))

    def reached(name: str) -> None:
        if next(countdown, _ONCE) == 0:
            say(name)
            harm()

    with watched(world.home, reached):
        stage.run()


def run_failing(world: World, stage: Stage, point: int, say: Callable[[str], None]) -> str:
    """Run a stage in which what is done at one point fails; the error must be one that is told in a sentence."""
    from wres.errors import WresError, as_unavailable_error

    left, failed = iter(range(point, -1, -1)), []

    def reached(name: str) -> None:
        if next(left, _ONCE) == 0:
            say(name)
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
    told: Sequence[HasPoints], number: int, chance: random.Random, which: Callable[[str], bool]
) -> list[tuple[int, int]]:
    """Points by stage and number; a stage has the more of them the shorter it is, and each of its places one first."""
    waiting = [_in_turn(fact.points, chance, which) for fact in told]
    taken: list[tuple[int, int]] = []
    cost = [0.0] * len(told)
    while len(taken) < number and any(waiting):
        stage = min((stage for stage in range(len(told)) if waiting[stage]), key=lambda at: cost[at])
        cost[stage] += 0.5 + told[stage].seconds
        taken.append((stage, waiting[stage].pop(0)))
    return sorted(taken)


def _in_turn(names: Sequence[str], chance: random.Random, which: Callable[[str], bool]) -> list[int]:
    """The points of a stage: by chance one of every name, then all others."""
    places: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        if which(name):
            places.setdefault(name, []).append(at)
    seen = [chance.choice(ats) for ats in places.values()]
    rest = sorted({at for ats in places.values() for at in ats} - set(seen))
    chance.shuffle(seen)
    chance.shuffle(rest)
    return seen + rest
