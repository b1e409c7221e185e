"""Growth: is a step's cost a return the same for 220, 2,200 and 25,000 senders?

The exponent is the slope of log(processor time) over log(returns): 1 is flat, 2 is quadratic. Costs are medians of
rounds in turn, but for the largest size, which has one. What a step costs for two returns (start-up) is taken off
first; sizes at which less than half of that is left, or less than a second, are not in it.
"""

import math
from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.measuring import Figure, figure
from benchmarks.national import STEPS, homes, round_of

QUESTION = "growth"
_TO_RELEASED = STEPS[: STEPS.index("release") + 1]
_LARGEST = 25_000
_NOISE = 1.0  # seconds; less says more of the machine than of the step
_MOST_EXPONENT, _MOST_MINUTES, _MOST_MB = 1.1, 8.0, 2048.0


def measure(sizes: Sequence[int], runs: int) -> Iterator[Figure]:
    """Measure rounds of CSV files, the sizes in turn; one round only of 25,000."""
    last = sizes[-1]
    full = last == _LARGEST
    rounds: dict[int, list[dict[str, dict[str, float]]]] = {size: [] for size in (2, *sizes)}
    with homes() as within:
        for run in range(runs):
            for size in (size for size in rounds if size < _LARGEST or not run):
                rounds[size].append(round_of(size, "csv", within))
    cost = {
        size: {step: median(timing[step]["cpu"] for timing in timings) for step in STEPS}
        for size, timings in rounds.items()
    }
    for size in sizes:
        for step in STEPS:
            seconds = [timing[step]["cpu"] for timing in rounds[size]]
            yield figure(QUESTION, f"{size}: {step}, processor", seconds, "s")
            yield figure(QUESTION, f"{size}: {step}, a return", [1000 * row / size for row in seconds], "ms")
            yield figure(
                QUESTION, f"{size}: {step}, memory", [timing[step]["peak_mb"] for timing in rounds[size]], "MB"
            )
    first, whole = (
        [sum(timing[step]["whole"] for step in steps) / 60 for timing in rounds[last]]
        for steps in (_TO_RELEASED, STEPS)
    )
    memory = [max(timing[step]["peak_mb"] for step in STEPS) for timing in rounds[last]]
    yield figure(QUESTION, f"{last}: received to released, to the national team", first, "min")
    yield figure(
        QUESTION, f"{last}: received to released, to all", whole, "min", target=_MOST_MINUTES if full else None
    )
    yield figure(QUESTION, f"{last}: memory", memory, "MB", target=_MOST_MB if full else None)
    for step in STEPS:
        start = cost[2][step]
        without_start = {size: cost[size][step] - start for size in sizes}
        above_noise = {size: seconds for size, seconds in without_start.items() if seconds > max(_NOISE, start / 2)}
        if len(above_noise) > 1:
            slope = exponent([*above_noise], [*above_noise.values()])
            yield figure(QUESTION, f"{step}: exponent", [slope], "", target=_MOST_EXPONENT)


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """Return the slope of a straight line through the logarithms, by least squares."""
    xs, ys = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    across = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return across / sum((x - mean_x) ** 2 for x in xs)
