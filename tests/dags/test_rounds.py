"""The exact times of collecting rounds."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.orchestration.rounds import Period, next_round, rounds_before, run_id

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> datetime:
    """A time of 2022 as London's clock shows it: `06-01 00:00`."""
    return datetime.fromisoformat(f"2022-{text}").replace(tzinfo=LONDON)


def shown(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%m-%d %H:%M:%S}"


OF_2022 = Period(at("06-01 00:00"), at("09-30 23:59"), (at("08-31 23:59"), at("09-30 23:59")))
OF_2021 = Period(at("05-01 00:00"), at("09-30 12:00"))
BY_HAND = Period(at("10-03 10:07:30"))


def follow(
    periods: dict[int, Period], now: datetime, number: int, last: datetime | None = None
) -> list[tuple[str, int]]:
    """The rounds that come one after the other, each begun as soon as it is due."""
    found = []
    while len(found) < number and (due := next_round(periods, now, last)):
        last = due[0]
        now = max(now, last)
        found.append((shown(last), due[1]))
    return found


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("05-31 12:00", ["06-01 00:00:00", "06-01 00:15:00", "06-01 00:30:00"]),
        ("06-01 00:00", ["06-01 00:00:00", "06-01 00:15:00", "06-01 00:30:00"]),
        ("07-04 10:07", ["07-04 10:00:00", "07-04 10:15:00", "07-04 10:30:00"]),  # the first at once
        ("08-31 23:30", ["08-31 23:30:00", "08-31 23:45:00", "08-31 23:58:00", "09-01 00:00:00", "09-01 00:15:00"]),
        ("09-30 23:44", ["09-30 23:30:00", "09-30 23:45:00", "09-30 23:58:00"]),  # and then no more
        ("09-30 23:59", ["09-30 23:58:00"]),
        ("10-01 00:00", []),
    ],
)
def test_rounds_from_opening_to_hard_close(now: str, expected: list[str]) -> None:
    rounds = follow({2022: OF_2022}, at(now), max(len(expected), 1))
    assert rounds == [(one, 2022) for one in expected]
    if now.startswith("09-30"):
        assert len(follow({2022: OF_2022}, at(now), 10)) == len(expected)


def test_a_collection_opened_by_hand_is_collected_at_once_and_until_it_is_closed() -> None:
    assert follow({2020: BY_HAND}, at("10-03 10:07:31"), 3) == [
        ("10-03 10:07:30", 2020),
        ("10-03 10:15:00", 2020),
        ("10-03 10:30:00", 2020),
    ]
    assert next_round({2020: BY_HAND}, at("12-24 18:00"), None) is not None
    assert next_round({}, at("12-24 18:00"), at("12-24 17:45")) is None


def test_an_opening_between_the_rounds_of_other_years_is_not_kept_waiting() -> None:
    [(_, _), (first, _)] = follow({2021: OF_2021}, at("09-30 10:07"), 2)
    assert first == "09-30 10:15:00"
    last = next_round({2021: OF_2021}, at("09-30 10:07"), None)
    assert last is not None
    both = {2021: OF_2021, 2020: Period(at("09-30 10:08"))}
    assert follow(both, at("09-30 10:09"), 4, last[0]) == [
        ("09-30 10:08:00", 2020),
        ("09-30 10:15:00", 2020),
        ("09-30 10:15:00", 2021),
        ("09-30 10:30:00", 2020),
    ]


def test_every_open_year_has_its_own_round() -> None:
    both = {2021: OF_2021, 2022: OF_2022}
    assert follow(both, at("05-31 23:45"), 5) == [
        ("05-31 23:45:00", 2021),
        ("06-01 00:00:00", 2021),
        ("06-01 00:00:00", 2022),
        ("06-01 00:15:00", 2021),
        ("06-01 00:15:00", 2022),
    ]
    assert follow(both, at("09-30 11:50"), 7) == [
        ("09-30 11:45:00", 2021),
        ("09-30 11:45:00", 2022),
        ("09-30 12:00:00", 2021),  # its last
        ("09-30 12:00:00", 2022),
        ("09-30 12:15:00", 2022),
        ("09-30 12:30:00", 2022),
        ("09-30 12:45:00", 2022),
    ]


def test_missed_rounds_are_not_made_up_for() -> None:
    last = at("07-04 08:00") + timedelta(microseconds=2022)
    assert follow({2022: OF_2022}, at("07-06 09:20"), 2, last) == [("07-06 09:15:00", 2022), ("07-06 09:30:00", 2022)]


@pytest.mark.parametrize(
    ("now", "offsets"),
    [
        ("2022-03-27T00:40+00:00", [0, 0, 1, 1]),  # 00:30, 00:45, then 02:00, 02:15 by London's clock
        ("2022-10-30T00:40+00:00", [1, 1, 0, 0]),  # 01:30, 01:45, then 01:00 and 01:15 once more
    ],
)
def test_the_change_of_the_clocks_loses_no_round(now: str, offsets: list[int]) -> None:
    period = Period(datetime(2022, 1, 1, tzinfo=UTC))
    rounds, last = [], None
    moment = datetime.fromisoformat(now)
    for _ in offsets:
        due = next_round({2022: period}, moment, last)
        assert due is not None
        last = due[0]
        moment = max(moment, last)
        rounds.append(last)
    assert {after - before for before, after in pairwise(rounds)} == {timedelta(minutes=15)}
    assert [one.astimezone(LONDON).utcoffset() for one in rounds] == [timedelta(hours=hours) for hours in offsets]


@given(
    now=st.integers(0, 275 * 24 * 60).map(lambda minutes: at("04-01 00:00") + timedelta(minutes=minutes)),
    steps=st.integers(1, 12),
    which=st.sets(st.sampled_from([2020, 2021, 2022]), min_size=1),
)
def test_rounds_come_in_order_each_within_its_collection(now: datetime, steps: int, which: set[int]) -> None:
    periods = {year: {2020: BY_HAND, 2021: OF_2021, 2022: OF_2022}[year] for year in which}
    last = None
    for _ in range(steps):
        due = next_round(periods, now, last)
        if due is None:
            break
        assert last is None or due[0] > last
        assert due[0].microsecond % 10_000 == due[1]  # two years' rounds are never one moment
        period = periods[due[1]]
        assert period.since <= due[0]
        assert period.until is None or due[0] < period.until + timedelta(milliseconds=3)
        now, last = max(now, due[0]), due[0]


def test_the_runs_before_a_round_are_known_by_name() -> None:
    last = datetime(2022, 7, 4, 10, 15, 0, 2022, UTC)
    assert [run_id(one) for one in rounds_before(last, timedelta(minutes=45))] == [
        "scheduled__2022-07-04T10:00:00.002022+00:00",
        "scheduled__2022-07-04T09:45:00.002022+00:00",
        "scheduled__2022-07-04T09:30:00.002022+00:00",
    ]
    before_the_deadline = datetime(2022, 8, 31, 22, 58, 0, 2022, UTC)
    assert next(iter(rounds_before(before_the_deadline, timedelta(hours=1)))).minute == 45
