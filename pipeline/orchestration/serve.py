"""`make up`: the embedded Airflow with its web pages, until Ctrl-C.

In a home that is empty, or that holds a demonstration, a simulated collection is open: its returns of the first weeks
wait in the inbox, the clock stands still in its middle, and Airflow is seen to collect them by itself.
"""

import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pipeline.collection.calendar import known_years
from pipeline.errors import WresError
from pipeline.orchestration.airflow_home import ADMINISTRATOR, home_of
from pipeline.orchestration.local_airflow import LocalAirflow
from pipeline.settings import Settings, load_settings

_PORT = 8080
_FIRST_YEAR = 2022
_SEED = 2019


def main() -> int:
    """Start it, say where to sign in, and stay."""
    try:
        settings = load_settings()
        os.environ["WRES_HOME"] = str(settings.home.resolve())  # Airflow's processes run elsewhere
        _set_clock(load_settings())
        _say("Starting Airflow; this takes about half a minute.")
        with suppress(KeyboardInterrupt), LocalAirflow(port=_PORT) as airflow:
            _say(f"Airflow is at http://127.0.0.1:{_PORT}; Ctrl-C stops it.")
            _say(f"Sign in as {ADMINISTRATOR} with {airflow.passwords[ADMINISTRATOR]}")
            airflow.stay()
    except WresError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    return 0


def _set_clock(settings: Settings) -> None:
    """In a demonstration, open its collection the first time, and set the clock to its time."""
    if settings.as_of or not _is_demonstration(settings):
        return
    clock = home_of(settings) / "clock"
    if not clock.is_file():
        _open_collection(settings, clock)
    if not clock.is_file():
        return
    os.environ["WRES_AS_OF"] = clock.read_text().strip()
    as_of = datetime.fromisoformat(os.environ["WRES_AS_OF"])
    _say(f"A simulated collection is open; its clock stands at {as_of:%H:%M on %-d %B %Y}. In another terminal:")
    _say(f"  export WRES_HOME={settings.home} WRES_AS_OF={as_of:%Y-%m-%dT%H:%M}")


def _is_demonstration(settings: Settings) -> bool:
    empty = not settings.database_url and not (settings.home / "registry.db").exists() and not settings.inbox.exists()
    return settings.simulated or empty


def _open_collection(settings: Settings, clock: Path) -> None:
    """The year after those that the home holds; none when the calendar ends there."""
    from pipeline.registry.receipts import receipts_of
    from pipeline.simulation.demo import begin_demo
    from pipeline.steps import open_house

    held = [year for year in known_years() if receipts_of(open_house(year).engine, year)]
    year = max(held) + 1 if held else _FIRST_YEAR
    if year not in known_years():
        return
    _say(f"Simulating the first weeks of the {year} collection ...")
    as_of, number = begin_demo(year, seed=_SEED)
    clock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    clock.write_text(as_of.isoformat())
    _say(f"{number} returns wait in {settings.inbox / str(year)}; Airflow collects them once it is up.")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
