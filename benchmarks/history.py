"""What the main branch's figures were, and what has changed by more than the noise."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from benchmarks.measuring import Figure

_PLACE = Path(__file__).resolve().parent / "history"
_LEAST = 0.15  # a smaller change is never told: processors differ from day to day by so much
_NOISES = 3.0  # a change is told when it is larger than so many times the noise of both runs
_TIMES = ("ms", "s", "min")  # units that a faster machine makes smaller


def kept(size: str) -> list[Figure]:
    """The figures that were kept for this size; none where there are none."""
    path = _path(size)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Figure(**json.loads(line)) for line in lines]


def keep(size: str, figures: Iterable[Figure]) -> Path:
    """Put these figures in the place of those that were kept of the same questions."""
    now = list(figures)
    asked = {one.question for one in now}
    whole = [*(build for build in kept(size) if build.question not in asked), *now]
    _PLACE.mkdir(exist_ok=True)
    _path(size).write_text("".join(json.dumps(asdict(one)) + "\n" for one in whole), encoding="utf-8")
    return _path(size)


def changes(before: Iterable[Figure], now: Iterable[Figure]) -> list[str]:
    """A sentence for each figure that changed by more than the noise; a time is compared with what it would be now."""
    known = {(release.question, release.name): release for release in before}
    told = []
    for one in now:
        old = known.get((one.question, one.name))
        if old is None or not old.value:
            continue
        was = at_the_pace_of(one, old)
        change = one.value / was - 1
        if abs(change) > max(_LEAST, _NOISES * (one.noise + old.noise)):
            better = (change > 0) == one.least
            word = "better" if better else "worse"
            told.append(f"{one.question}, {one.name}: {was:g} to {one.value:g} {one.unit} ({change:+.0%}, {word})")
    return told


def at_the_pace_of(figure: Figure, old: Figure) -> float:
    """What an earlier figure would be on the machine of this one; as it is where that says nothing, or is not known."""
    if old.unit not in _TIMES or old.pace is None or figure.pace is None:
        return old.value
    return old.value * figure.pace / old.pace


def _path(size: str) -> Path:
    return _PLACE / f"{size}.jsonl"
