"""Peers against the rule of docs/method.md, worked out a second time, one pair at a time."""

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from wres.indicators.statistics.peers import NUMBER, find_peers

Row = dict[str, object]


def organisation(code: str, white: int, bme: int, kind: str = "acute", group: str = "trust", unknown: int = 0) -> Row:
    return {
        "code": code,
        "organisation_group": group,
        "organisation_type": kind,
        "white_headcount": white,
        "bme_headcount": bme,
        "unknown_headcount": unknown,
    }


def test_twice_the_staff_is_as_far_as_ten_points_of_bme_share() -> None:
    middle = organisation("R00", 800, 200)
    # 20% BME staff of 1,000; the others differ in one thing each, a little more or a little less.
    smaller_step, larger_step = organisation("R01", 1592, 398), organisation("R02", 1608, 402)
    fewer_points, more_points = organisation("R03", 701, 299), organisation("R04", 699, 301)
    peers = find_peers([middle, larger_step, more_points, fewer_points, smaller_step])["R00"]
    assert peers == ("R03", "R01", "R02", "R04")
    assert math.log2(1990 / 1000) > 0.99 > (0.299 - 0.2) * 10 - 1e-9
    assert math.log2(2010 / 1000) < (0.301 - 0.2) * 10


def test_the_same_type_comes_first_and_other_types_fill_up() -> None:
    rows = [organisation(f"A{number}", 900, 100, "ambulance") for number in range(4)]
    rows += [organisation(f"B{number:02}", 900, 100, "acute") for number in range(12)]
    rows += [organisation("Q00", 900, 100, "icb", group="icb")]
    peers = find_peers(rows)
    assert peers["A0"] == ("A1", "A2", "A3", "B00", "B01", "B02", "B03", "B04", "B05", "B06")
    assert all(code.startswith("B") for code in peers["B11"])
    assert peers["Q00"] == ()


def test_who_has_nothing_to_compare_by_is_left_out() -> None:
    hidden = {**organisation("R01", 0, 10), "white_headcount": None}
    nobody = organisation("R02", 0, 0, unknown=5)
    rows = [organisation("R00", 90, 10), hidden, nobody, organisation("R03", 80, 20)]
    assert find_peers(rows) == {"R00": ("R03",), "R03": ("R00",)}


def by_the_method(rows: list[Row], subject: Row) -> tuple[object, ...]:
    """The rule as the method states it, for one organisation."""

    def place(row: Row) -> tuple[float, float]:
        white, bme, unknown = (int(str(row[f"{group}_headcount"])) for group in ("white", "bme", "unknown"))
        return math.log2(white + bme + unknown), 100 * bme / (white + bme)

    def key(row: Row) -> tuple[bool, float, object]:
        apart = math.sqrt((place(row)[0] - place(subject)[0]) ** 2 + ((place(row)[1] - place(subject)[1]) / 10) ** 2)
        return row["organisation_type"] != subject["organisation_type"], round(apart, 9), row["code"]

    others = [row for row in rows if row is not subject and row["organisation_group"] == subject["organisation_group"]]
    return tuple(row["code"] for row in sorted(others, key=key)[:NUMBER])


counts = st.integers(min_value=1, max_value=20_000)


@given(
    st.lists(
        st.tuples(
            counts,
            counts,
            st.integers(0, 500),
            st.sampled_from(["acute", "mental_health", "ambulance"]),
            st.sampled_from(["trust", "icb"]),
        ),
        max_size=40,
    ),
    st.randoms(use_true_random=False),
)
def test_the_peers_are_those_of_the_published_rule(
    drawn: list[tuple[int, int, int, str, str]], order: random.Random
) -> None:
    rows = [
        organisation(f"R{number:03}", white, bme, kind, group, unknown)
        for number, (white, bme, unknown, kind, group) in enumerate(drawn)
    ]
    expected = {str(row["code"]): by_the_method(rows, row) for row in rows}
    order.shuffle(rows)
    assert find_peers(rows) == expected
