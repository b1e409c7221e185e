"""Sentences written again for every release, from its tables: what is, which way it went, whether chance can do it.

No sentence speaks of causes. Each can stand alone, copes with figures that are suppressed or cannot be calculated, and
is empty where it has nothing to say.
"""

from collections.abc import Callable, Mapping, Sequence

from wres.commentary.beside_chance import (
    BETWEEN,
    goal_sentence,
    has_interval,
    interval_sentence,
    wider_interval,
    within_sentence,
)
from wres.commentary.change_sentences import Changes, missing
from wres.commentary.ratio_sentence import likelihood_clause
from wres.outputs.formatting import PublishedRow, Tables, number_of, rows_of
from wres.outputs.group_columns import columns_of_measure, compared_groups, staff_of
from wres.returns.indicator_math import FOUR_FIFTHS

_RATIO = "relative_likelihood"
_LOWER, _UPPER = (f"{float(end):.2f}" for end in FOUR_FIFTHS)
_UNKNOWN = "unknown"  # the code of organisations whose region or type is not known


class Sentences:
    """The sentences of one release; `protection` is what it says of disclosure control."""

    def __init__(self, tables: Tables, year: int, protection: Sequence[str] = ()) -> None:
        self._year = year
        self._protection = protection
        self._tables = tables
        self._nation = _of_all(rows_of(tables, "national", year))
        changes = Changes(tables, year)
        self.by_name: Mapping[str, Callable[[], str]] = {
            "headline": self._headline,
            "likelihoods": self._likelihoods,
            "chance": self._chance,
            "within": self._within,
            "goal_chance": self._goal_chance,
            "change": changes.ratio,
            "change_within": changes.within,
            "overall": changes.rate,
            "break": changes.in_series,
            "goal": self._goal,
            "organisations": changes.of_organisations,
            "regions": lambda: self._ends("region", "region"),
            "types": lambda: self._ends("organisation_type", "type of organisation"),
            "coverage": self._coverage,
            "protection": lambda: " ".join(self._protection),
        }

    def _headline(self) -> str:
        """Say how many times as likely one group of staff was as the other."""
        row = self._nation
        if row is None:
            return f"No return of {self._year} is counted."
        if row[_RATIO] is None:
            return f"The relative likelihood of {self._year} {missing(row, _RATIO)}."
        period = f"In the year to 31 March {self._year}"
        if row["window"] == "two_year_average":
            period = f"On average over the two years to 31 March {self._year}"
        return f"{period} {likelihood_clause(row)}{_where(row)}."

    def _likelihoods(self) -> str:
        """Say how many staff of each of the two groups entered the process."""
        row = self._nation
        columns = [columns_of_measure(measure) for measure in ("likelihood_percent", "entered", "headcount")]
        names = {group: [by_group[group] for by_group in columns] for group in compared_groups()}
        if row is None or any(row[name] is None for of_group in names.values() for name in of_group):
            return ""
        compared, comparator = (
            f"{row.text(likelihood)}% of {staff_of(group)} ({row.text(entered)} of {row.text(headcount)})"
            for group, (likelihood, entered, headcount) in names.items()
        )
        halves = " Entries are the mean of two years." if row["window"] == "two_year_average" else ""
        return f"{compared} entered the process, and {comparator}.{halves}"

    def _chance(self) -> str:
        return "" if self._nation is None else interval_sentence(self._nation)

    def _within(self) -> str:
        return "" if self._nation is None else within_sentence(self._nation)

    def _goal_chance(self) -> str:
        row = _of_all(rows_of(self._tables, "goals", self._year))
        return "" if row is None else goal_sentence(row)

    def _goal(self) -> str:
        """Say how many organisations are within range, and whether that meets the goal."""
        row = _of_all(rows_of(self._tables, "goals", self._year))
        if row is None:
            return ""
        if row["share_within_percent"] is None:
            return f"The share of organisations within range {missing(row, 'share_within_percent')}."
        sentence = f"{row.text('share_within_percent')}% of the organisations with a ratio were within range"
        if row["goal_percent"] is None:
            return f"{sentence}; no goal is set for {self._year}."
        if row["goal_met"]:
            return f"{sentence}, which meets the goal of {row.text('goal_percent')}%."
        distance = _of_all(rows_of(self._tables, "goal_distance", self._year))
        more = ""
        if distance is not None and distance["organisations_to_goal"]:
            more = (
                f"; {number_of(distance['organisations_to_goal'], 'more organisation')} within range would have met it"
            )
        return f"{sentence}, against a goal of {row.text('goal_percent')}%{more}."

    def _ends(self, table: str, measure: str) -> str:
        """State the lowest and the highest ratio, and whose they are where the wider intervals do not overlap.

        A ratio without an interval between organisations rests on one organisation, or on too few entries, and its row
        is not named.
        """
        every = rows_of(self._tables, table, self._year)
        rows = [row for row in every if row["organisation_group"] == "all" and row["code"] != _UNKNOWN]
        shown = sorted((row for row in rows if row[_RATIO] is not None), key=lambda row: (row[_RATIO], row["name"]))
        if len(shown) < 2:
            return ""
        note = _without_ratio(rows)
        low, high = shown[0], shown[-1]
        if low[_RATIO] == high[_RATIO]:
            ratio = low.text(_RATIO)
            return f"By {measure} the relative likelihood is {ratio} for all {len(shown):,} that have one{note}."
        between = f"By {measure} the relative likelihood lies between"
        ends = f"{between} {low.text(_RATIO)} and {high.text(_RATIO)}{note}."
        if not (has_interval(low, BETWEEN) and has_interval(high, BETWEEN)):
            return f"{ends} What is known of these two is too little to say which is higher."
        if not _are_apart(low, high):
            return f"{ends} The intervals of these two overlap, so the figures cannot tell which is higher."
        return f"{between} {low.text(_RATIO)} ({low['name']}) and {high.text(_RATIO)} ({high['name']}){note}."

    def _coverage(self) -> str:
        """Say how many organisations sent a return."""
        rows = [row for row in rows_of(self._tables, "coverage", self._year) if row["level"] == "national"]
        row = _of_all(rows)
        if row is None:
            return ""
        percent = f" ({row.text('returned_percent')}%)" if row["returned_percent"] is not None else ""
        expected = number_of(row["expected"], "organisation")
        return f"{row.text('received')} of {expected}{percent} sent a return that was accepted."


def _where(row: PublishedRow) -> str:
    """Say whether a ratio is within the range, which is judged before rounding."""
    printed, judged = row.text(_RATIO), row["range"]
    if judged not in {"below", "within", "above"}:
        return ""
    at_an_end = (judged, printed) in {("below", _LOWER), ("above", _UPPER)}
    return f", which is {judged} the range from {_LOWER} to {_UPPER}{' before rounding' if at_an_end else ''}"


def _without_ratio(rows: list[PublishedRow]) -> str:
    """Say of how many rows there is no ratio, and why."""
    held_back = sum(row.is_held_back(_RATIO) for row in rows)
    not_calculable = sum(row[_RATIO] is None for row in rows) - held_back
    verb = "is" if held_back == 1 else "are"
    notes = [f"{held_back:,} of {len(rows):,} {verb} not published (small numbers)"] if held_back else []
    notes += [f"{not_calculable:,} of {len(rows):,} cannot be calculated"] if not_calculable else []
    return "".join(f"; {note}" for note in notes)


def _are_apart(low: PublishedRow, high: PublishedRow) -> bool:
    """Return whether the wider intervals of two ratios do not overlap."""
    lower, higher = wider_interval(low), wider_interval(high)
    return lower is not None and higher is not None and lower[1] < higher[0]


def _of_all(rows: list[PublishedRow]) -> PublishedRow | None:
    return next((row for row in rows if row["organisation_group"] == "all"), None)
