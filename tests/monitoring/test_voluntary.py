"""A voluntary organisation counts when it sends, and is never outstanding, rejected or chased for a return."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine

from wres.clock import LONDON
from wres.database.organisations import current_register, replace_register
from wres.monitoring.chase_list import chase_list
from wres.monitoring.status_counts import count_statuses
from wres.monitoring.submission_status import submission_statuses
from wres.reference.year_config import load_year
from wres.settings import Settings

YEAR = load_year(2022)
Send = Callable[..., str]


@pytest.fixture
def bodies(engine: Engine) -> tuple[str, ...]:
    """Make four trusts of the register national bodies, whose returns are voluntary."""
    codes = ("R0A", "R1H", "R1K", "R1L")
    register = current_register(engine)
    mine = register["code"].isin(codes)
    register.loc[mine, ["organisation_group", "organisation_type"]] = ["alb", "national_body"]
    replace_register(engine, register)
    return codes


def test_it_counts_when_it_sends_and_is_never_missing(engine: Engine, bodies: tuple[str, ...], send: Send) -> None:
    send(engine, "R0A", "2022-06-02T10:00")
    send(engine, "R1H", "2022-06-03T10:00", "V203")
    send(engine, "R1K", "2022-06-03T10:00", "Q301")
    send(engine, "RXY", "2022-06-03T10:00")
    statuses = submission_statuses(engine, YEAR)
    shown = {status.code: (status.expected, status.counted) for status in statuses if status.code in bodies}
    assert shown == {"R0A": (False, True), "R1H": (False, False), "R1K": (False, True)}  # R1L sent nothing
    england = count_statuses("England", statuses)
    assert (england.expected, england.received, england.accepted) == (209 - 4 + 2, 3, 3)
    assert (england.rejected, england.outstanding) == (0, 209 - 4 - 1)


def test_it_is_asked_for_explanations_and_not_for_a_return(
    engine: Engine, anywhere: Settings, bodies: tuple[str, ...], send: Send
) -> None:
    send(engine, "R0A", "2022-06-02T10:00")
    send(engine, "R0A", "2022-06-05T10:00", "V203")  # the first one still counts
    send(engine, "R1H", "2022-06-03T10:00", "V203")
    send(engine, "R1K", "2022-06-03T10:00", "Q301")
    moment = datetime.fromisoformat("2022-08-10T12:00").replace(tzinfo=LONDON)
    rows = chase_list(anywhere.model_copy(update={"as_of": moment}), engine, YEAR)
    chased = {row["organisation_code"]: row["why"] for row in rows}
    assert {code: why for code, why in chased.items() if code in bodies} == {"R1K": "queries without explanation"}
    assert chased["R0B"] == "nothing received"
