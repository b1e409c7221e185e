"""Growth: is a step's cost a return the same for 220, 2,200 and 25,000 senders? And a build's, for ten years?

The exponent is the slope of log(processor time) over log(returns): 1 is flat, 2 is quadratic. Costs are medians of
three rounds, but for the largest size. What a step costs for two returns (start-up) is taken off first; sizes at
which less than half of that is left, or less than a second, are not in it. Protecting an official release of 25,000
senders does not end in a quarter of an hour, so that size goes as far as the management one.
"""

import math
from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.measuring import Figure, figure
from benchmarks.national import STEPS, homes, round_of

QUESTION = "growth"
_TO_RELEASED = STEPS[: STEPS.index("release") + 1]
_NOISE = 1.0  # seconds; less says more of the machine than of the step
_MOST_EXPONENT, _MOST_MINUTES, _MOST_MB = 1.1, 10.0, 2048.0


def measure(sizes: Sequence[int]) -> Iterator[Figure]:
    """Rounds of CSV files: three of each size, one of the largest."""
    last = sizes[-1]
    full = last == 25_000
    steps = _TO_RELEASED if full else STEPS
    with homes() as within:
        rounds = {
            size: [round_of(size, "csv", within, steps=steps) for _ in range(_rounds(size))] for size in (2, *sizes)
        }
    cost = {size: {step: median(one[step]["cpu"] for one in some) for step in steps} for size, some in rounds.items()}
    for size in sizes:
        for step in steps:
            own = [one[step]["cpu"] for one in rounds[size]]
            yield figure(QUESTION, f"{size}: {step}, processor", own, "s")
            yield figure(QUESTION, f"{size}: {step}, a return", [1000 * each / size for each in own], "ms")
            yield figure(QUESTION, f"{size}: {step}, memory", [one[step]["peak_mb"] for one in rounds[size]], "MB")
    minutes = [sum(one[step]["whole"] for step in _TO_RELEASED) / 60 for one in rounds[last]]
    memory = [max(one[step]["peak_mb"] for step in steps) for one in rounds[last]]
    yield figure(QUESTION, f"{last}: received to released", minutes, "min", target=_MOST_MINUTES if full else None)
    yield figure(QUESTION, f"{last}: memory", memory, "MB", target=_MOST_MB if full else None)
    for step in steps:
        start = cost[2][step]
        own_of = {size: cost[size][step] - start for size in sizes}
        told = {size: each for size, each in own_of.items() if each > max(_NOISE, start / 2)}
        if len(told) > 1:
            slope = exponent([*told], [*told.values()])
            yield figure(QUESTION, f"{step}: exponent", [slope], "", target=_MOST_EXPONENT)


def _rounds(size: int) -> int:
    return 3 if size < 25_000 else 1


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """The slope of a straight line through the logarithms, by least squares."""
    xs, ys = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    across = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return across / sum((x - mean_x) ** 2 for x in xs)
