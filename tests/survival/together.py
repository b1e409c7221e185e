"""Four workers collect, two build and one publishes, all the time, while senders send again and again; then the sums.

    python together.py FOLDER --organisations 12 --times 5 [--postgres URL]

Prints a line of JSON: what was done, and in `failures` a sentence for each thing that is not as it must be.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # it is run as a script too

from tests.survival.forks import Child, import_all, run_in_child
from tests.survival.stages import OPEN, YEAR, leave, return_of
from tests.survival.truth import require_sound, sent_files
from tests.survival.worlds import World
from wres import steps
from wres.database.corrected_figures import corrected_figures
from wres.database.organisations import current_register
from wres.database.receipts import ACCEPTED, get_receipts
from wres.database.releases import get_releases, latest_build
from wres.errors import WresError
from wres.reference.register import expected_codes

_WORKERS = {"collect": 4, "build": 2, "publish": 1}
_NOTE = "More returns have come."


def run_until_stopped(step: str, stop: Path) -> dict[str, int]:
    """Repeat a step as one worker does, and once more after it is asked to stop; return how often it was done."""
    done: Counter[str] = Counter()
    while True:
        last = stop.exists()
        try:
            if step == "publish":
                steps.publish(steps.open_context(YEAR), note=_NOTE)
            else:
                {"collect": steps.collect, "build": steps.build}[step](steps.open_context(YEAR))
            done[step] += 1
        except WresError as error:
            if "accepted yet" not in str(error) and "not built yet" not in str(error):
                raise
            done[f"{step} too early"] += 1
        if last:
            return dict(done)


def send(world: World, codes: list[str], times: int) -> dict[str, bytes]:
    """Let every organisation send this often, with other figures each time; every third return of some is rejected."""
    sent = {}
    for turn in range(times):
        for index, code in enumerate(codes):
            entered = "-1" if (index + turn) % 3 == 2 else str(turn + index % 7)
            content = return_of(code, (2000 + 10 * turn, 700 + index, 50), ("30", entered, "1"))
            sent[f"{code}-{turn}.csv"] = content
            leave(world, code, f"{turn}.csv", content)
        while sent_files(
            world
        ):  # the next come when these are received: validated, built and published at the same time
            time.sleep(0.05)
        if turn == times - 2:  # and the last when something is published: on a busy machine all else would be over
            first, until = world.home / "published" / str(YEAR) / "1.0", time.monotonic() + 120
            while not first.exists() and time.monotonic() < until:
                time.sleep(0.05)
    return sent


def problems_of(world: World, sent: dict[str, bytes]) -> list[str]:
    """List what one run after the other would not have left."""
    context = steps.open_context(YEAR)
    receipts = get_receipts(context.database, YEAR)
    problems = []
    if len(receipts) != len(sent) or len({receipt.sha256 for receipt in receipts}) != len(set(sent.values())):
        problems.append(f"{len(sent)} files were sent and {len(receipts)} receipts given")
    if remaining := sent_files(world):
        problems.append(f"{len(remaining)} files are still waiting")
    if not_validated := [
        receipt.receipt for receipt in receipts if receipt.validated_at is None or receipt.answered_at is None
    ]:
        problems.append(f"not validated or not answered: {not_validated}")
    return problems + _standing(receipts) + _built(context)


def _standing(receipts: list[Any]) -> list[str]:
    """Check that the last good return of each organisation stands, and no other."""
    problems = []
    for code in {receipt.organisation_code for receipt in receipts}:
        good = [receipt for receipt in receipts if receipt.organisation_code == code and receipt.status != "rejected"]
        stand = {receipt.number for receipt in good if receipt.status in ACCEPTED}
        if stand != {max(receipt.number for receipt in good)}:
            problems.append(f"of {code} the returns {stand} stand")
    return problems


def _built(context: steps.Context) -> list[str]:
    """Check that the warehouse and the last release hold the standing figures."""
    from wres.warehouse.build import content_digest
    from wres.warehouse.extract import year_tables
    from wres.warehouse.iceberg import open_catalog

    problems = []
    with open_catalog(context.settings) as catalogue:
        rows = catalogue.load_table("raw.figures").scan().to_arrow().to_pylist()
    held = {(row["organisation_code"], row["item"], row["ethnic_group"]): row["value"] for row in rows}
    figures = corrected_figures(context.settings, context.database, context.calendar).figures
    standing = {(code, *cell): value for code, cells in figures.items() for cell, value in cells.items()}
    if held != standing:
        problems.append(f"{len(held.items() ^ standing.items())} figures of the warehouse are not those that stand")
    build = latest_build(context.database, YEAR)
    content = content_digest(context.settings, YEAR, year_tables(context.settings, context.database, context.calendar))
    if build is None or build.content != content:
        problems.append("the last build is not of what the warehouse holds")
    if build is None or get_releases(context.database, YEAR, "management")[-1].build != build.build:
        problems.append("the last release is not of the last build")
    return problems


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--organisations", type=int, default=12)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--postgres", default="")
    arguments = parser.parse_args()
    world = World("together", arguments.folder.resolve(), arguments.postgres)
    world.enter()
    os.environ["WRES_AS_OF"] = OPEN
    codes = _in_child(lambda: _codes(arguments.organisations))
    _warm(world, codes[0])
    stop = world.folder / "stop"
    begun = time.monotonic()
    workers = [
        Child(lambda _report, step=step: run_until_stopped(step, stop))  # type: ignore[misc]
        for step, number in _WORKERS.items()
        for _ in range(number)
    ]
    sent = send(world, codes, arguments.times)
    stop.touch()
    results = [worker.end() for worker in workers]
    failures = [result.trace for result in results if result.error is not None]
    done: Counter[str] = Counter()
    for result in results:
        done.update(result.result or {})
    failures = failures or _in_child(lambda: _finished(world, sent))
    facts = {
        "together": "PostgreSQL" if arguments.postgres else "SQLite",
        "returns": len(sent),
        "done": dict(done),
        "seconds": round(time.monotonic() - begun, 1),
        "failures": failures,
    }
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()
    os._exit(0)


def _finished(world: World, sent: dict[str, bytes]) -> list[str]:
    """Run a last round for what came while the workers ended, and list what is wrong then."""
    import hashlib

    steps.collect(steps.open_context(YEAR))
    steps.build(steps.open_context(YEAR))
    steps.publish(steps.open_context(YEAR), note=_NOTE)
    require_sound(world, {hashlib.sha256(content).hexdigest() for content in sent.values()})
    return problems_of(world, sent)


def _codes(number: int) -> list[str]:
    context = steps.open_context(YEAR)
    return sorted(expected_codes(current_register(context.database), context.calendar))[:number]


def _warm(world: World, code: str) -> None:
    """Let a child do everything once, import what it imported, and begin again."""
    leave(world, code, "warm.csv", return_of(code, (2000, 700, 50), ("30", "3", "1")))
    import_all(_in_child(_everything_once))
    world.enter()
    os.environ["WRES_AS_OF"] = OPEN


def _everything_once() -> list[str]:
    before = set(sys.modules)
    steps.run(steps.open_context(YEAR))
    return sorted(set(sys.modules) - before)


def _in_child(work: Callable[[], Any]) -> Any:
    result = run_in_child(lambda _report: work())
    if result.error is not None:
        raise RuntimeError(result.trace)
    return result.result


if __name__ == "__main__":
    main()
