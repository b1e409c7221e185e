"""What the main branch's figures were, and what has changed by more than the noise."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from benchmarks.measuring import Figure

FOLDER = Path(__file__).resolve().parent / "history"
_LEAST = 0.15  # a smaller change is never named: processors differ from day to day by so much
_NOISES = 3.0  # a change is named when it is larger than so many times the noise of both runs
_TIMES = ("ms", "s", "min")  # units that a faster machine makes smaller


def kept(size: str) -> list[Figure]:
    """The figures that were kept for this size; none where there are none."""
    path = _path(size)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Figure(**json.loads(line)) for line in lines]


def keep(size: str, figures: Iterable[Figure]) -> Path:
    """Put these figures in the place of those that were kept of the same questions."""
    now = list(figures)
    asked = {figure.question for figure in now}
    whole = [*(figure for figure in kept(size) if figure.question not in asked), *now]
    FOLDER.mkdir(exist_ok=True)
    _path(size).write_text("".join(json.dumps(asdict(figure)) + "\n" for figure in whole), encoding="utf-8")
    return _path(size)


def changes(before: Iterable[Figure], now: Iterable[Figure]) -> list[str]:
    """A sentence for each figure that changed by more than the noise; a time is compared with what it would be now."""
    known = {(figure.question, figure.name): figure for figure in before}
    sentences = []
    for figure in now:
        old = known.get((figure.question, figure.name))
        if old is None or not old.value:
            continue
        was = at_the_pace_of(figure, old)
        change = figure.value / was - 1
        if abs(change) > max(_LEAST, _NOISES * (figure.noise + old.noise)):
            better = (change > 0) == figure.least
            word = "better" if better else "worse"
            values = f"{was:g} to {figure.value:g} {figure.unit}"
            sentences.append(f"{figure.question}, {figure.name}: {values} ({change:+.0%}, {word})")
    return sentences


def at_the_pace_of(figure: Figure, old: Figure) -> float:
    """What an earlier figure would be on the machine of this one; as it is where that says nothing, or is not known."""
    if old.unit not in _TIMES or old.pace is None or figure.pace is None:
        return old.value
    return old.value * figure.pace / old.pace


def _path(size: str) -> Path:
    return FOLDER / f"{size}.jsonl"
