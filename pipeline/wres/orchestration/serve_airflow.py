"""`make up`: the local Airflow and the page for senders, until Ctrl-C.

In a home that is empty, or that holds a demonstration, a simulated collection goes on meanwhile: its clock runs, a day
every ten seconds, returns arrive in the inbox, and Airflow is seen to collect them by itself.
"""

import argparse
import logging
import signal
import sys
import time
from contextlib import suppress
from datetime import timedelta
from types import FrameType

from wres.context import Pipeline, open_pipeline
from wres.errors import WresError
from wres.orchestration.airflow_home import ACCOUNTS, APPROVER, ROLES, free_ports, write_welcome
from wres.orchestration.local_airflow import LocalAirflow
from wres.orchestration.local_page import LocalPage, invitation
from wres.reference.year_config import configured_years
from wres.settings import Settings, load_settings
from wres.simulation.live import LiveCollection, year_to_simulate

_FIRST_YEAR = 2022
_SEED = 2019
_DAY_EVERY = 10  # seconds


def main() -> int:
    """Start it, say where to sign in, and stay."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    port = parser.parse_args().port
    signal.signal(signal.SIGTERM, _interrupt)
    logging.getLogger().setLevel(logging.WARNING)  # Airflow would print the information of every library here
    try:
        settings = load_settings()
        settings = settings.model_copy(update={"home": settings.home.resolve()})
        collection = open_simulated_collection(settings)
        if collection:
            settings = _for_demonstration(settings)
        write_welcome(settings, collection.year if collection else None)
        _say("Starting Airflow; this takes about half a minute.")
        [page_port] = free_ports(port + 1)
        with (
            suppress(KeyboardInterrupt),
            LocalAirflow(settings, port=port, wait=False) as airflow,
            LocalPage(settings, page_port) as page,
        ):
            _say_how_to_send(open_pipeline(settings), page, collection)
            airflow.wait_until_up()
            _say(f"Airflow is at http://127.0.0.1:{airflow.port}; Ctrl-C stops all. Sign in as one of:")
            for name in ACCOUNTS:
                _say(f"  {name:10} {airflow.passwords[name]:14} {ROLES[name]}")
            airflow.stay(_Ticker(page, collection))
    except WresError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    return 0


class _Ticker:
    """Watches the page, and moves the clock of a simulated collection on by a day, every so many seconds."""

    def __init__(self, page: LocalPage, collection: LiveCollection | None) -> None:
        self._page = page
        self._collection = collection
        self._next = time.monotonic() + _DAY_EVERY

    def __call__(self) -> None:
        self._page.require_alive()
        if self._collection is None or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _DAY_EVERY
        if number := self._collection.advance(timedelta(days=1)):
            _say(f"{self._collection.now:%-d %B %Y}: {number} {'return' if number == 1 else 'returns'} arrived.")


def _say_how_to_send(pipeline: Pipeline, page: LocalPage, collection: LiveCollection | None) -> None:
    """Say where the page is and by which links one signs in; each works once, and a start makes new ones."""
    _say(f"The page for senders is at {page.url}. Sign in there by one of these links; each works once:")
    if collection and (silent := collection.silent_organisation()):
        code, name = silent
        _say(f"  {invitation(pipeline, page.url, 'Workforce analyst', code)}")
        _say(f"      sends for {name} ({code}), which has not sent its {collection.year} return")
    else:
        _say("  For an organisation: wres senders invite CODE --role ROLE")
    _say(f"  {invitation(pipeline, page.url, 'Collection lead', None)}")
    _say("      looks on for the national team, and invites others")


def open_simulated_collection(settings: Settings) -> LiveCollection | None:
    """Return the collection that goes on in a demonstration; in a real home, or with a clock that is set, none."""
    if settings.as_of or not _is_demonstration(settings):
        return None
    year = _simulated_year(settings)
    _say(f"Simulating the {year} collection ...")
    collection = LiveCollection(settings, year, seed=_SEED)
    number = collection.deliver()
    _say(f"Its clock stands at {collection.now:%-d %B %Y} and moves on by a day every {_DAY_EVERY} seconds.")
    _say(
        f"{number} returns wait in {settings.inbox / str(year)}. In another terminal: export WRES_HOME={settings.home}"
    )
    return collection


def _for_demonstration(settings: Settings) -> Settings:
    """Return the settings with a round each minute and one approver, where the environment does not set them."""
    usual = {"round_minutes": 1, "approvers": (APPROVER,)}
    return settings.model_copy(update={name: usual[name] for name in usual.keys() - settings.model_fields_set})


def _simulated_year(settings: Settings) -> int:
    """Return the year whose collection goes on, or the one after those that the home holds."""
    from wres.database.receipts import get_receipts

    database, configured = open_pipeline(settings).database, configured_years(settings.years)
    held = [year for year in configured if get_receipts(database, year)]
    if settings.simulated_clock.is_file():
        return max(held, default=_FIRST_YEAR)
    return year_to_simulate(_FIRST_YEAR, configured, held)


def _is_demonstration(settings: Settings) -> bool:
    empty = not settings.database_url and not (settings.home / "registry.db").exists() and not settings.inbox.exists()
    return settings.simulated or empty


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """End on a request to terminate as on Ctrl-C, in order."""
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
