"""`make demo`: the demonstration of `wres demo`, taken through the real DAGs in a real Airflow."""

import argparse
import logging
import sys
import time
from collections.abc import Collection, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from wres.cli.output import Format, echo_err, print_rows, progress_bar
from wres.errors import WresError
from wres.orchestration.approval_form import APPROVE, accept_everything
from wres.orchestration.local_airflow import LocalAirflow
from wres.settings import load_settings
from wres.simulation.demo_collection import run_demo
from wres.simulation.direct_steps import DEMO_APPROVER


def main() -> int:
    """Run the demonstration and print what came of it, a row a year."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, nargs="+", default=[2020, 2021, 2022])
    parser.add_argument("--returns", type=int, default=None)
    parser.add_argument("--seed", type=int, default=2019)
    options = parser.parse_args()
    logging.getLogger().setLevel(logging.WARNING)  # Airflow would print the information of every library here
    began = time.monotonic()
    try:
        # A round by the machine's clock would take the simulated returns for late ones.
        settings = load_settings().model_copy(update={"round_minutes": 0})
        echo_err("Starting Airflow (scheduler, DAG processor, API server) on this machine ...")
        with LocalAirflow(settings, wait=False) as airflow, progress_bar() as progress:
            rows = run_demo(
                settings,
                options.years,
                returns=options.returns,
                seed=options.seed,
                progress=progress,
                run_step=DagRuns(airflow, options.years),
            )
    except WresError as error:
        echo_err(str(error))
        return 2
    except KeyboardInterrupt:
        echo_err("Stopped. Run make demo again to go on from there.")
        return 130
    print_rows(rows, Format.table)
    echo_err(f"Every figure above is simulated. Done in {time.monotonic() - began:.0f} s.")
    return 0


class DagRuns:
    """Runs the DAG of each step; what a collecting run accepts starts the DAG that builds by itself.

    Years may be taken through at the same time. A year is published once the official release of the one before it is
    out, with which it is compared; the local reports of that one are sent meanwhile.
    """

    def __init__(self, airflow: LocalAirflow, years: Collection[int]) -> None:
        self._airflow = airflow
        self._years = sorted(set(years))
        self._last_round: dict[int, str] = {}
        self._publishing: dict[int, Future[str]] = {year: Future() for year in self._years}

    def __call__(self, step: str, year: int, as_of: datetime, note: str | None) -> None:
        """Run a step of a year. It waits for the build of the round before it, so that each build is of one round."""
        conf = {"year": year, "as_of": as_of.isoformat()}
        try:
            if step == "build":
                return
            if year in self._last_round:
                self._airflow.finish_triggered_runs("collect_returns", self._last_round[year])
            if step == "publish":
                self._publish(year, {**conf, "note": note})
            else:
                self._last_round[year] = self._airflow.start("collect_returns", conf)
                self._airflow.finish("collect_returns", self._last_round[year])
        except BaseException as error:
            if not self._publishing[year].done():
                self._publishing[year].set_exception(error)  # the next year does not wait for this one
            raise

    def _publish(self, year: int, conf: Mapping[str, Any]) -> None:
        if before := [earlier for earlier in self._years if earlier < year]:
            self._airflow.wait_for_task("publish_tables", self._publishing[before[-1]].result(), "publish_official")
        run = self._airflow.start("publish_tables", conf)
        self._publishing[year].set_result(run)
        self._airflow.finish("publish_tables", run, person=_head_of_profession)


def _head_of_profession(question: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Approve the simulated figures, every warning accepted by name, as a person would in Airflow's pages."""
    return APPROVE, accept_everything(question, DEMO_APPROVER[1])


if __name__ == "__main__":
    sys.exit(main())
