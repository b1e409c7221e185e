"""Sentences written anew for every release, from its tables: what is, which way it went, whether chance can do it.

No sentence speaks of causes. Each copes with figures that are held back or cannot be calculated, and one that has
nothing to say is empty.
"""

from collections import Counter
from collections.abc import Callable, Mapping

from pipeline.publication.rows import Row, Tables, rows_of

_RATIO, _RATE = "relative_likelihood", "overall_likelihood_percent"
_WHERE = {
    "below": "below the range from 0.80 to 1.25",
    "within": "within the range from 0.80 to 1.25",
    "above": "above the range from 0.80 to 1.25",
}


class Sentences:
    """The sentences of one release."""

    def __init__(self, tables: Tables, year: int) -> None:
        self._year = year
        self._tables = tables
        self._nation = _of_all(rows_of(tables, "national", year))
        self._moved = {
            row["measure"]: row
            for row in rows_of(tables, "improvement", year)
            if (row["level"], row["organisation_group"], row["years_between"]) == ("national", "all", 1)
        }
        self.by_name: Mapping[str, Callable[[], str]] = {
            "headline": self._headline,
            "likelihoods": self._likelihoods,
            "chance": self._chance,
            "change": self._change,
            "overall": self._overall,
            "break": self._break,
            "goal": self._goal,
            "organisations": self._organisations,
            "regions": lambda: self._ends("region", "region"),
            "types": lambda: self._ends("organisation_type", "type of organisation"),
            "coverage": self._coverage,
        }

    def _headline(self) -> str:
        row = self._nation
        if row is None:
            return f"No return of {self._year} is counted."
        if row[_RATIO] is None:
            return f"The relative likelihood of {self._year} {_missing(row, _RATIO)}."
        said = (
            f"In the {self._year} collection BME staff were {row.text(_RATIO)} times as likely as white staff to enter "
            "the formal disciplinary process"
        )
        return f"{said}, which is {_WHERE[row['range']]}." if row["range"] in _WHERE else f"{said}."

    def _likelihoods(self) -> str:
        row = self._nation
        names = [
            f"{group}_{what}" for group in ("bme", "white") for what in ("likelihood_percent", "entered", "headcount")
        ]
        if row is None or any(row[name] is None for name in names):
            return ""
        bme, white = (
            f"{row.text(f'{group}_likelihood_percent')}% of {words} staff ({row.text(f'{group}_entered')} of "
            f"{row.text(f'{group}_headcount')})"
            for group, words in (("bme", "BME"), ("white", "white"))
        )
        return f"{bme} entered it, and {white}."

    def _chance(self) -> str:
        row = self._nation
        ends = (f"{_RATIO}_lower", f"{_RATIO}_upper")
        if row is None or any(row[end] is None for end in ends):
            return ""
        lower, upper = (row[end] for end in ends)
        said = f"The 95% interval of this figure is {row.text(ends[0])} to {row.text(ends[1])}"
        if lower > 1 or upper < 1:
            return f"{said}; it leaves out 1.00, so chance alone does not explain that the two groups differ."
        return f"{said}; it has room for 1.00, so chance alone could explain that the two groups differ."

    def _change(self) -> str:
        row = self._moved.get(_RATIO)
        if row is None:
            return f"There are no returns of {self._year - 1} to compare with."
        if row["figure"] is None or row["previous_figure"] is None:
            why = _missing(row, "figure", "previous_figure")
            return f"The change in the relative likelihood since {self._year - 1} {why}."
        said = (
            f"Among the {row.text('matched_organisations')} organisations with a return in both years the relative "
            f"likelihood {self._went(row)}"
        )
        verdicts = {
            "improved": ": nearer to equal, by more than chance alone would make.",
            "worsened": ": further from equal, by more than chance alone would make.",
            "as_far_from_equal": ": on the other side of 1.00 and as far from it, a move beyond chance.",
            "within_chance": "; chance alone could make such a change.",
            "not_tested": "; there are too few entries to tell this from chance.",
        }
        return said + verdicts.get(row["verdict"], ".")

    def _overall(self) -> str:
        row = self._moved.get(_RATE)
        if row is None:
            return ""
        if row["figure"] is None or row["previous_figure"] is None:
            why = _missing(row, "figure", "previous_figure")
            return f"The change in the share of all staff who entered the process {why}."
        verdicts = {
            "improved": ", by more than chance alone would make.",
            "worsened": ", by more than chance alone would make.",
            "within_chance": "; chance alone could make such a change.",
            "not_tested": "; there are too few entries to tell this from chance.",
        }
        return f"The share of all their staff who entered the process {self._went(row, '%')}" + verdicts.get(
            row["verdict"], "."
        )

    def _went(self, row: Row, unit: str = "") -> str:
        before, now = f"{row.text('previous_figure')}{unit}", f"{row.text('figure')}{unit}"
        if row["direction"] == "same" or before == now:
            return f"was {before} in {self._year - 1} and {now} in {self._year}"
        return f"{row['direction'] or 'went'} from {before} in {self._year - 1} to {now} in {self._year}"

    def _break(self) -> str:
        rows = [*self._moved.values(), *rows_of(self._tables, "comparison", self._year)]
        if not any(row["break_in_series"] for row in rows):
            return ""
        return (
            f"The returns of {self._year} count entries over another time, or ask for them in another way, than those "
            f"of {self._year - 1}, which is a break in the series: part of a difference may come of that. The change "
            "given here is counted over twelve months in both years."
        )

    def _goal(self) -> str:
        row = _of_all(rows_of(self._tables, "goals", self._year))
        if row is None:
            return ""
        if row["share_within_percent"] is None:
            return f"The share of organisations within range {_missing(row, 'share_within_percent')}."
        said = f"{row.text('share_within_percent')}% of the organisations with a ratio were within range"
        if row["goal_percent"] is None:
            return f"{said}; no goal is set for {self._year}."
        if row["goal_met"]:
            return f"{said}, which meets the goal of {row.text('goal_percent')}%."
        missing = _of_all(rows_of(self._tables, "goal_distance", self._year))
        more = ""
        if missing is not None and missing["organisations_to_goal"]:
            more = f"; {missing.text('organisations_to_goal')} more within range would have met it"
        return f"{said}, against a goal of {row.text('goal_percent')}%{more}."

    def _organisations(self) -> str:
        verdicts = Counter(
            row["verdict"] or "held_back"
            for row in rows_of(self._tables, "improvement", self._year)
            if (row["level"], row["measure"], row["years_between"]) == ("organisation", _RATIO, 1)
        )
        if not verdicts:
            return ""
        if set(verdicts) == {"held_back"}:
            return "Whether single organisations changed by more than chance is held back."
        counts = {name: f"{verdicts[name]:,}" if verdicts[name] else "none" for name in ("improved", "worsened")}
        said = (
            f"Organisation by organisation, the relative likelihood came nearer to equal by more than chance in "
            f"{counts['improved']} and went further from it in {counts['worsened']}; in "
            f"{verdicts['within_chance'] + verdicts['as_far_from_equal']:,} there was no such change"
        )
        said += f", {verdicts['not_tested']:,} could not be tested" if verdicts["not_tested"] else ""
        said += f", and of {verdicts['held_back']:,} it is held back" if verdicts["held_back"] else ""
        return f"{said}."

    def _ends(self, table: str, what: str) -> str:
        """The lowest and the highest of regions or types; of those that are shown."""
        rows = [row for row in rows_of(self._tables, table, self._year) if row["organisation_group"] == "all"]
        shown = sorted((row for row in rows if row[_RATIO] is not None), key=lambda row: (row[_RATIO], row["name"]))
        if len(shown) < 2:
            return ""
        low, high = (f"{row.text(_RATIO)} ({row['name']})" for row in (shown[0], shown[-1]))
        hidden = len(rows) - len(shown)
        rest = f"; {hidden:,} of {len(rows):,} cannot be shown" if hidden else ""
        return f"By {what} it lies between {low} and {high}{rest}."

    def _coverage(self) -> str:
        rows = [row for row in rows_of(self._tables, "coverage", self._year) if row["level"] == "national"]
        row = _of_all(rows)
        if row is None:
            return ""
        percent = f" ({row.text('returned_percent')}%)" if row["returned_percent"] is not None else ""
        return (
            f"{row.text('received')} of {row.text('expected')} organisations{percent} sent a return that was accepted."
        )


def _of_all(rows: list[Row]) -> Row | None:
    return next((row for row in rows if row["organisation_group"] == "all"), None)


def _missing(row: Row, *names: str) -> str:
    """Why there is no figure."""
    return "is held back" if any(row.is_held_back(name) for name in names) else "cannot be calculated"
