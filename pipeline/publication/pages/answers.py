"""What a board member must see in ten seconds, in words: in range? getting better? chance? what would it take?

Every figure in a sentence is one of a published table, as it prints there. Nothing is said of causes.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.publication.pages.places import Place
from pipeline.publication.rows import Row

Said = tuple[str, tuple[str, ...]]

RATIO, RATE = "relative_likelihood", "overall_likelihood_percent"
_ENDS = (f"{RATIO}_lower", f"{RATIO}_upper")
HELD_BACK = "Held back"
_SMALL = "The counts are small, so the figure is held back to protect people [c]."
_NOT_CALCULABLE = {
    "no_white_staff": "There is no white staff to compare with.",
    "no_bme_staff": "There is no BME staff to compare.",
    "no_white_entries": "No white staff entered the process, so there is nothing to compare with.",
}
_NOBODY = "There is nobody to compare."
_KINDS = {
    "within": "are within range",
    "above": "above",
    "below": "below",
    "not_calculable": "cannot be calculated",
    "held_back": "held back [c]",
}
_VERDICTS = {
    "improved": "Yes, beyond chance",
    "worsened": "No, it got worse",
    "as_far_from_equal": "As far from equal as before",
    "within_chance": "No clear change",
    "not_tested": "Cannot be tested",
}
_CHANCE = {
    "improved": "more than chance would do",
    "worsened": "more than chance would do",
    "as_far_from_equal": "to the other side of 1.00",
    "within_chance": "a move that chance alone could make",
    "not_tested": "too few entries to test",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of the board, its answer in a few words, and the figures behind it."""

    question: str
    short: str
    sentences: tuple[str, ...]


def answers(place: Place, row: Row, counts: Mapping[str, int], goal: Row | None = None) -> list[Answer]:
    """The four answers for one place in the release's own year.

    Args:
        row: its row of that year.
        counts: how many of its organisations are in each range, as `range_counts` gives them.
        goal: of the nation: its row of `goal_distance`, where the year has a goal.
    """
    it_would_take = _to_range(row) if place.level == "organisation" else _to_goal(counts, goal)
    return [
        Answer("Are we in range?", *_in_range(row)),
        Answer("Is it getting better?", *_better(place, row["collection_year"])),
        Answer("Could this be chance?", *_chance(place, row)),
        Answer("What would it take?", *it_would_take),
    ]


def _in_range(row: Row) -> Said:
    if row.is_held_back("range"):
        return HELD_BACK, (_SMALL,)
    if row["range"] == "not_calculable":
        return "Cannot be calculated", (_NOT_CALCULABLE.get(row.get("reason_not_calculable"), _NOBODY),)
    said = [times_as_likely(row), "The range is 0.80 to 1.25."]
    if (row.text(RATIO), row["range"]) in {("1.25", "above"), ("0.80", "below")}:
        said.append("The exact figure, before rounding, is outside it.")
    return row.text("range"), tuple(said)


def times_as_likely(row: Row) -> str:
    """The relative likelihood as a sentence."""
    ratio = row.text(RATIO)
    if row[RATIO] is None:
        return f"The relative likelihood is {ratio}."
    if ratio == "1.00":
        return "BME and white staff were equally likely to enter the formal disciplinary process: 1.00."
    return f"BME staff were {ratio} times as likely as white staff to enter the formal disciplinary process."


def _better(place: Place, year: int) -> Said:
    row = place.moved.get((1, RATIO))
    if row is None:
        return "No year to compare", (f"There is no whole return of {year - 1} to compare with.",)
    said = [_move(row, year, "Relative likelihood")]
    if place.level != "organisation":
        said.insert(0, f"Of the {row.text('matched_organisations')} organisations with a return in both years:")
    if (rate := place.moved.get((1, RATE))) is not None:
        said.append(_move(rate, year, "All staff entering", "%"))
    if row["break_in_series"]:
        said.append("Both years are counted over twelve months here, for the window or the template changed.")
    return HELD_BACK if row.is_held_back("verdict") else _VERDICTS[row["verdict"]], tuple(said)


def _move(row: Row, year: int, what: str, unit: str = "") -> str:
    """One measure in two years; which way it went is seen, whether it is chance is said."""
    if row.is_held_back("figure") or row.is_held_back("previous_figure"):
        return f"{what}: held back in one of the years [c]."
    if row["figure"] is None or row["previous_figure"] is None:
        return f"{what}: cannot be calculated in both years."
    moved = f"{what}: {row.text('previous_figure')}{unit} in {year - 1}, {row.text('figure')}{unit} in {year}"
    return moved + (f"; {_CHANCE[row['verdict']]}." if row["verdict"] else ".")


def _chance(place: Place, row: Row) -> Said:
    if any(row.is_held_back(name) for name in (RATIO, *_ENDS)):
        return HELD_BACK, (_SMALL,)
    if row[_ENDS[0]] is None or row[_ENDS[1]] is None:
        return "Cannot be said", ("There is no ratio, so there is no interval around it.",)
    ends = " to ".join(row.text(end) for end in _ENDS)
    differs = _differs(row)
    if differs:
        short, said = "Unlikely", [f"The 95% interval, {ends}, leaves out 1.00, which is equal."]
    else:
        short, said = "Yes, it could", [f"The 95% interval, {ends}, has room for 1.00, which is equal."]
    if row.get("small_numbers"):
        said.append("There are so few entries that the ratio says little.")
    if place.funnel is not None and place.funnel["outside_95"] is not None:
        said.append(
            "It is further from the national figure than chance alone explains."
            if place.funnel["outside_95"]
            else "It is no further from the national figure than chance alone could take it."
        )
    return short, tuple(said)


def _differs(row: Row) -> bool:
    """Whether the interval leaves out 1: as published of an organisation, by the printed bounds of others."""
    if row.get("differs_from_equal") is not None:
        return bool(row["differs_from_equal"])
    return bool(row[_ENDS[0]] > 1 or row[_ENDS[1]] < 1)


def _to_range(row: Row) -> Said:
    if row.is_held_back("entries_to_range") or row.is_held_back("range"):
        return HELD_BACK, (_SMALL,)
    if row["range"] == "not_calculable":
        return "Cannot be said", ("There is no ratio to bring within the range.",)
    if row["range"] == "within":
        return "Nothing: it is within range", _parity(row)
    if row["entries_to_range"] is None:
        return "No whole number does it", (
            "The counts are too small for any number of BME entries to be within range.",
        )
    above, number = row["range"] == "above", row.text("entries_to_range")
    way, many = "fewer" if above else "more", "entry" if number == "1" else "entries"
    of = f" of the {row.text('bme_entered')}" if above and row["bme_entered"] is not None else ""
    said = f"With {number} {way}{of} BME {many} the ratio would have been within range."
    return f"{number} {way} BME {many}", (said, *_parity(row))


def _parity(row: Row) -> tuple[str, ...]:
    if row["entries_above_parity"] is None:
        return ()
    apart = row.text("entries_above_parity")
    way = "fewer" if apart.startswith("-") else "more"
    return (f"There were {apart.removeprefix('-')} {way} BME entries than at the likelihood of white staff.",)


def _to_goal(counts: Mapping[str, int], goal: Row | None) -> Said:
    """Of many organisations: how many are outside, by the ranges that are published."""
    outside, hidden = counts.get("above", 0) + counts.get("below", 0), counts.get("held_back", 0)
    named = [f"{counts[kind]:,} {words}" for kind, words in _KINDS.items() if counts.get(kind)]
    said = (f"Of {sum(counts.values()):,} organisations {', '.join(named)}.",) if named else ()
    if goal is not None and goal["organisations_to_goal"] is not None:
        share = f"{goal.text('share_within_percent')}%"
        reached = f"The goal was {goal.text('goal_percent')}% of organisations within range; it is {share}."
        more = f"{goal.text('organisations_to_goal')} more organisations within range"
        return more if goal["organisations_to_goal"] else "Nothing: the goal is met", (reached, *said)
    if not outside:
        return ("Nothing: none is outside", said) if named and not hidden else (HELD_BACK, said or (_SMALL,))
    at_least, many = "At least " if hidden else "", "organisation" if outside == 1 else "organisations"
    return f"{at_least}{outside:,} {many} to bring within range", said


def range_counts(members: list[Place]) -> Counter[str]:
    """How many organisations are within, above and below the range, not calculable or held back, this year."""
    return Counter(member.now["range"] or "held_back" for member in members if member.now)
