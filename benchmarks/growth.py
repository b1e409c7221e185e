"""Growth: is a step's cost a return the same for 220, 2,200 and 25,000 senders? And a build's, for ten years?

The exponent is the slope of log(processor time) over log(returns): 1 is flat, 2 is quadratic. What a step costs for two
returns (start-up, the median of three) is taken off first; sizes at which less than half of that is left, or less than
a second, are not in it. Protecting an official release of 25,000 senders does not end in a quarter of an hour, so that
size goes as far as the management one.
"""

import math
from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.measuring import Figure, figure
from benchmarks.national import STEPS, round_of

QUESTION = "growth"
_TO_RELEASED = STEPS[: STEPS.index("release") + 1]
_NOISE = 1.0  # seconds; less says more of the machine than of the step
_MOST_EXPONENT, _MOST_MINUTES, _MOST_MB = 1.1, 10.0, 2048.0


def measure(sizes: Sequence[int]) -> Iterator[Figure]:
    """Rounds of CSV files, one a size."""
    last = sizes[-1]
    full = last == 25_000
    steps = _TO_RELEASED if full else STEPS
    starts = [round_of(2, "csv", steps=steps) for _ in range(3)]
    start = {step: median(one[step]["cpu"] for one in starts) for step in steps}
    rounds = {size: round_of(size, "csv", steps=steps) for size in sizes}
    for size, one in rounds.items():
        for step in steps:
            own = one[step]["cpu"]
            yield figure(QUESTION, f"{size}: {step}, processor", [own], "s")
            yield figure(QUESTION, f"{size}: {step}, a return", [1000 * own / size], "ms")
            yield figure(QUESTION, f"{size}: {step}, memory", [one[step]["peak_mb"]], "MB")
    minutes = sum(rounds[last][step]["whole"] for step in _TO_RELEASED) / 60
    memory = max(rounds[last][step]["peak_mb"] for step in steps)
    yield figure(QUESTION, f"{last}: received to released", [minutes], "min", target=_MOST_MINUTES if full else None)
    yield figure(QUESTION, f"{last}: memory", [memory], "MB", target=_MOST_MB if full else None)
    for step in steps:
        own = {size: rounds[size][step]["cpu"] - start[step] for size in sizes}
        told = {size: cost for size, cost in own.items() if cost > max(_NOISE, start[step] / 2)}
        if len(told) > 1:
            yield figure(
                QUESTION, f"{step}: exponent", [exponent([*told], [*told.values()])], "", target=_MOST_EXPONENT
            )


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """The slope of a straight line through the logarithms, by least squares."""
    xs, ys = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    across = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return across / sum((x - mean_x) ** 2 for x in xs)
