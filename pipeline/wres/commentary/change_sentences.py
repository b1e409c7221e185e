"""Sentences on what changed since the year before, and whether chance can do it."""

from collections import Counter

from wres.outputs.formatting import PublishedRow, Tables, rows_of
from wres.outputs.group_columns import compared_groups, staff_of

_RATIO, _RATE = "relative_likelihood", "overall_likelihood_percent"
_VERDICTS = {
    "improved": ", more than could be due to chance",
    "worsened": ", more than could be due to chance",
    "within_chance": ", a change that could be due to chance",
    "not_tested": "; there are too few entries to say whether this could be due to chance",
}
_FROM_EQUAL = {"improved": ", nearer to equal", "worsened": ", further from equal"}


class Changes:
    """Sentences on the changes between a year and the one before, of organisations with a return in both."""

    def __init__(self, tables: Tables, year: int) -> None:
        self._tables = tables
        self._year = year
        self._moved = {
            row["measure"]: row
            for row in rows_of(tables, "improvement", year)
            if (row["level"], row["organisation_group"], row["years_between"]) == ("national", "all", 1)
        }

    def ratio(self) -> str:
        """Say how the nation's relative likelihood changed."""
        row = self._moved.get(_RATIO)
        if row is None and rows_of(self._tables, "national", self._year - 1):
            return f"No organisation with a return of {self._year} has one of {self._year - 1} to compare with."
        if row is None:
            return f"There are no returns of {self._year - 1} to compare with."
        if row["figure"] is None or row["previous_figure"] is None:
            why = missing(row, "figure", "previous_figure")
            return f"The change in the relative likelihood since {self._year - 1} {why}."
        verdict = row["verdict"]
        if row["direction"] == "same":
            end = ""
        elif verdict == "changed_side":
            end = (
                ", to the other side of 1.00, more than could be due to chance; whether it is nearer to or further "
                "from equal could be"
            )
        else:
            end = _FROM_EQUAL.get(verdict, "") + _VERDICTS.get(verdict, "")
        counted = compared_number(row)
        compared = "In the one organisation" if row[counted] == 1 else f"Among the {row.text(counted)} organisations"
        return f"{compared} with a return in both years the relative likelihood {self._went(row)}{end}."

    def within(self) -> str:
        """Say how the ratio within organisations changed, which is another question than that of all staff together."""
        rows = rows_of(self._tables, "comparison", self._year)
        row = next((row for row in rows if (row["level"], row["organisation_group"]) == ("national", "all")), None)
        names = ("previous_relative_likelihood_within", "relative_likelihood_within")
        if row is None or row["break_in_series"] or any(row.get(name) is None for name in names):
            return ""
        before, now = (row.text(name) for name in names)
        compared, _ = map(staff_of, compared_groups())
        years = f"{before} in {self._year - 1} and {now} in {self._year}"
        if row["window"] == "two_year_average":
            years += " (both two-year averages; the change of all staff together is counted over twelve months)"
        return (
            f"The relative likelihood of all staff together asks how likely {compared} are to enter, wherever they "
            "work. "
            f"Within organisations, for staff of the same employer, it was {years}."
        )

    def rate(self) -> str:
        """Say how the nation's share of all staff who entered the process changed."""
        row = self._moved.get(_RATE)
        if row is None:
            return ""
        if row["figure"] is None or row["previous_figure"] is None:
            why = missing(row, "figure", "previous_figure")
            return f"The change in the share of all staff who entered the process {why}."
        end = "" if row["direction"] == "same" else _VERDICTS.get(row["verdict"], "")
        return (
            "In organisations with a return in both years the share of all staff who entered the process "
            f"{self._went(row, '%')}{end}."
        )

    def _went(self, row: PublishedRow, unit: str = "") -> str:
        before, now = f"{row.text('previous_figure')}{unit}", f"{row.text('figure')}{unit}"
        if row["direction"] in {"rose", "fell"} and before == now:
            return f"was {now} in {self._year - 1} as in {self._year}, though before rounding it {row['direction']}"
        if row["direction"] == "same" or before == now:
            return f"was {now} in {self._year - 1} as in {self._year}"
        return f"{row['direction'] or 'went'} from {before} in {self._year - 1} to {now} in {self._year}"

    def in_series(self) -> str:
        """Say that there is a break in the series; nothing where there is none."""
        rows = [*self._moved.values(), *rows_of(self._tables, "comparison", self._year)]
        if not any(row["break_in_series"] for row in rows):
            return ""
        sentence = (
            f"The returns of {self._year} count entries over another period than those of {self._year - 1}, or ask for "
            "them in another way. This is a break in the series: it can make figures of the two years differ by itself."
        )
        if any(row["figure"] is not None and row["previous_figure"] is not None for row in self._moved.values()):
            sentence += " The change given here is counted over twelve months in both years."
        return sentence

    def of_organisations(self) -> str:
        """Say how many organisations changed by more than chance."""
        verdicts = Counter(
            "held_back" if row.is_held_back("verdict") else row["verdict"] or "not_tested"
            for row in rows_of(self._tables, "improvement", self._year)
            if (row["level"], row["measure"], row["years_between"]) == ("organisation", _RATIO, 1)
        )
        hidden = verdicts["held_back"]
        if not verdicts:
            return ""
        if set(verdicts) == {"not_tested"}:
            return "For no single organisation could it be tested whether it changed by more than chance."
        if set(verdicts) == {"held_back"}:
            return (
                "Whether single organisations changed by more than could be due to chance is not published (small "
                "numbers)."
            )
        sentence = "Organisation by organisation"
        if hidden:
            others = verdicts.total() - hidden
            other = "the other one" if others == 1 else f"the other {others:,}"
            sentence = (
                f"For {hidden:,} of {verdicts.total():,} organisations it is not published (small numbers) whether "
                f"they changed by more than chance; of {other}"
            )
        counts = {name: f"{verdicts[name]:,}" if verdicts[name] else "none" for name in ("improved", "worsened")}
        sentence += (
            f", the relative likelihood came nearer to equal by more than chance in {counts['improved']} and went "
            f"further from it in {counts['worsened']}"
        )
        others_said = {
            "changed_side": "in {} it moved to the other side of 1.00, nearer or further could be due to chance",
            "within_chance": "in {} there was no such change",
            "not_tested": "{} could not be tested",
        }
        said = [words.format(f"{verdicts[name]:,}") for name, words in others_said.items() if verdicts[name]]
        return "; ".join([sentence, *said]) + "."


def compared_number(row: PublishedRow) -> str:
    """Name the column that says how many organisations are in the figures of a row of `improvement`."""
    return "matched_organisations" if row.get("tested_organisations") is None else "tested_organisations"


def missing(row: PublishedRow, *names: str) -> str:
    """Say why there is no figure."""
    return (
        "is not published (small numbers)" if any(row.is_held_back(name) for name in names) else "cannot be calculated"
    )
