"""Who sent no return: the list of a release has as many as the nation's coverage counts outstanding and rejected."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wres import steps

pytestmark = pytest.mark.usefixtures("removable")


def test_rows_without_a_return_are_the_outstanding_and_the_rejected(
    set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Any]
) -> None:
    set_clock("2022-06-10T12:00")
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "12", "0")))
    send_csv(2022, "RJ1", figures(2022, (500, 900, 20), ("30", "9000", "0")))  # more than there are: rejected
    for step in (steps.collect, steps.build):
        step(steps.open_context(2022))
    folder = Path(str(steps.publish(steps.open_context(2022))["folder"]))
    page = (folder / "organisations.html").read_text(encoding="utf-8")
    with (folder / "csv" / "coverage.csv").open(encoding="utf-8", newline="") as file:
        (nation,) = [
            row for row in csv.DictReader(file)
            if (row["level"], row["organisation_group"], row["collection_year"]) == ("national", "all", "2022")
        ]  # fmt: skip
    assert nation["rejected"] == "1"
    assert len(re.findall(r"<td>No return</td>", page)) == int(nation["not_received"]) + int(nation["rejected"]) > 150
