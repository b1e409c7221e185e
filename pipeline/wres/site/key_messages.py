"""Answer what a board asks first, in words: in range? getting better? chance? how many people?

Every figure in a sentence is one of a published table, as it prints there. Nothing is said of causes, and never that
more people should enter the process.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from wres.commentary.beside_chance import BETWEEN, has_interval, is_beyond_chance
from wres.commentary.change_sentences import compared_number
from wres.commentary.ratio_sentence import begin, is_equal, is_one_or_more, times_as_likely
from wres.outputs.formatting import RATIO, PublishedRow
from wres.outputs.group_columns import both_staff, compared_counts, compared_groups, staff_of
from wres.returns.indicator_math import GAP_ABOVE, GAP_BELOW
from wres.site.areas import Area
from wres.site.pooled_messages import (
    ENDS,
    EQUAL,
    HELD_BACK,
    SMALL,
    ShortAndSentences,
    organisations_outside,
    pooled_chance,
)

RATE = "overall_likelihood_percent"
_FEW = "The ratio rests on few people, so it has low reliability [u]."
_OUTSIDE = "The whole 95% interval is there, so chance alone is unlikely to explain it."
_BEYOND_CHANCE = {
    "above": _OUTSIDE,
    "below": _OUTSIDE,
    "within": "The whole 95% interval is within the range.",
    "cannot_tell": (
        "The 95% interval reaches over an end of the range, so the figures cannot tell where the true ratio is."
    ),
}
_TOO_FEW = "Numbers are too small to say"
_HERE = {
    "organisation": "here",
    "region": "in this region",
    "organisation_type": "in this type of organisation",
    "national": "in England",
}
_VERDICTS = {
    "improved": "Yes",
    "worsened": "No, it got worse",
    "changed_side": "It changed sides",
    "within_chance": "No clear change",
    "not_tested": "Cannot be tested",
}
_CHANCE = {
    "improved": "more than could be due to chance",
    "worsened": "more than could be due to chance",
    "changed_side": "to the other side of 1.00, more than could be due to chance",
    "within_chance": "a change that could be due to chance",
    "not_tested": "too few entries to test",
}


@dataclass(frozen=True, slots=True)
class KeyMessage:
    """A question of the board, its answer in a few words, and the figures behind it."""

    question: str
    short: str
    sentences: tuple[str, ...]


def key_messages(
    place: Area,
    row: PublishedRow,
    counts: Mapping[str, int],
    goal: PublishedRow | None = None,
    shares: PublishedRow | None = None,
) -> list[KeyMessage]:
    """Answer the questions of a board for one place in the release's own year.

    Args:
        row: its row of that year.
        counts: how many of its organisations are in each range, as `range_counts` gives them.
        goal: of the nation: its row of `goal_distance`, where the year has a goal.
        shares: of the nation: its row of `goals`.
    """
    answers = [
        KeyMessage("Is the ratio in range?", *_in_range(place, row)),
        KeyMessage("Is it getting better?", *_better(place, row["collection_year"])),
        KeyMessage(f"Are {both_staff()} different {_HERE[place.level]}?", *_chance(row)),
    ]
    if place.level != "organisation":
        return [
            *answers,
            KeyMessage("How many organisations are outside the range?", *organisations_outside(counts, goal, shares)),
        ]
    if place.funnel is not None and place.funnel["outside_95"] is not None:
        is_judged = row.get("reliability") != "not_judged"
        different = _against_england(place.funnel) if is_judged else (_TOO_FEW, (_FEW,))
        answers.append(KeyMessage("Is this organisation different from England?", *different))
    return [*answers, KeyMessage("What does the gap mean in people?", *_gap(row))]


def _in_range(place: Area, row: PublishedRow) -> ShortAndSentences:
    """Answer whether the ratio is within the range."""
    if row.is_held_back("range"):
        return HELD_BACK, (SMALL,)
    if row["range"] == "not_calculable":
        return "Cannot be calculated", (_why_not_calculable(row),)
    sentences = [times_as_likely(row), "The range is 0.80 to 1.25."]
    if (row.text(RATIO), row["range"]) in {("1.25", "above"), ("0.80", "below")}:
        sentences.append("The exact figure, before rounding, is outside it.")
    if row.get("reliability") in ("low", "not_judged"):
        sentences.append(_FEW)
    if row.get("range_beyond_chance") is not None:
        sentences.append(_BEYOND_CHANCE[row["range_beyond_chance"]])
    if place.level != "national" or row[RATIO] is None or row[ENDS[0]] is None:
        return row.text("range"), tuple(sentences)
    ends = " to ".join(row.text(end) for end in ENDS)
    if row["range"] == "within":
        equal = "and equal" if is_equal(row) else "and about equal" if row[RATIO] == 1 else "but not equal"
        sentences[1] = f"It is inside the range that the NHS treats as fair, 0.80 to 1.25, {equal}."
    return f"{row.text(RATIO)} (95% interval {ends})", tuple(sentences)


def _why_not_calculable(row: PublishedRow) -> str:
    """Return in a sentence why there is no ratio: as an organisation's row states it, of others by their counts."""
    compared, comparator = compared_groups()
    sentences = {
        f"no_{comparator}_staff": f"There are no {staff_of(comparator)} to compare with.",
        f"no_{compared}_staff": f"There are no {staff_of(compared)} to compare.",
        f"no_{comparator}_entries": (
            f"No {staff_of(comparator)} entered the process, so there is nothing to compare with."
        ),
    }
    counts = compared_counts()
    needed = (counts.comparator_headcount, counts.group_headcount, counts.comparator_entered)
    reason = next((reason for name, reason in zip(needed, sentences, strict=True) if row.get(name) == 0), "")
    return sentences.get(row.get("reason_not_calculable") or reason, "There is nothing to compare.")


def _better(place: Area, year: int) -> ShortAndSentences:
    """Answer whether it became better than the year before."""
    row = place.moved.get((1, RATIO))
    if row is None:
        if place.level != "organisation":
            return "No year to compare", (f"No organisation has a return of both {year - 1} and {year}.",)
        missing = f"There is no return of {year - 1} to compare with, or not of all that it took over since."
        return "No year to compare", (missing,)
    sentences = [_move(row, year, "Relative likelihood")]
    if place.level != "organisation":
        counted = compared_number(row)
        many = "one organisation" if row[counted] == 1 else f"{row.text(counted)} organisations"
        sentences.insert(0, f"Of the {many} with a return in both years:")
    if (rate := place.moved.get((1, RATE))) is not None:
        sentences.append(_move(rate, year, "All staff entering", "%"))
    if row["break_in_series"]:
        sentences.append("Both years are counted over twelve months here, for the window or the template changed.")
    if row["direction"] == "same":
        return "No change", tuple(sentences)
    return HELD_BACK if row.is_held_back("verdict") else _VERDICTS[row["verdict"]], tuple(sentences)


def _move(row: PublishedRow, year: int, measure: str, unit: str = "") -> str:
    """Return a measure of two years in a sentence, with whether the change could be due to chance."""
    if row.is_held_back("figure") or row.is_held_back("previous_figure"):
        return f"{measure}: not published in one of the years (small numbers) [c]."
    if row["figure"] is None and row["previous_figure"] is None:
        return f"{measure}: cannot be calculated in {year - 1} nor in {year}."
    if row["figure"] is None:
        return f"{measure}: {row.text('previous_figure')}{unit} in {year - 1}, cannot be calculated in {year}."
    if row["previous_figure"] is None:
        return f"{measure}: cannot be calculated in {year - 1}, {row.text('figure')}{unit} in {year}."
    moved = f"{measure}: {row.text('previous_figure')}{unit} in {year - 1}, {row.text('figure')}{unit} in {year}"
    said = _change_in_words(row)
    return f"{moved}; {said}." if said else f"{moved}."


def _change_in_words(row: PublishedRow) -> str:
    """Say whether a figure changed where both years print the same, and whether the change could be due to chance."""
    if row["direction"] == "same":
        return "no change"
    is_hidden = row["figure"] == row["previous_figure"] and row["direction"] in ("rose", "fell")
    said = [f"before rounding it {row['direction']}"] if is_hidden else []
    return ", ".join(said + ([_CHANCE[row["verdict"]]] if row["verdict"] else []))


def _chance(row: PublishedRow) -> ShortAndSentences:
    """Answer whether the two groups differ by more than chance, as far as there is an interval to tell."""
    if any(row.is_held_back(name) for name in (RATIO, *ENDS)):
        return HELD_BACK, (SMALL,)
    if row[ENDS[0]] is None or row[ENDS[1]] is None:
        return "Cannot be said", ("There is no ratio, so there is no interval around it.",)
    if row.get("reliability") == "not_judged":
        return _TOO_FEW, (_FEW,)
    return pooled_chance(row) if has_interval(row, BETWEEN) else _chance_by_counts(row)


def _chance_by_counts(row: PublishedRow) -> ShortAndSentences:
    """Answer by the interval of the counts, which is enough for one organisation and not for several."""
    ends = " to ".join(row.text(end) for end in ENDS)
    if is_equal(row):
        return EQUAL, (f"The 95% interval of the ratio is {ends}.",)
    if row.get("differs_from_equal") is None and is_beyond_chance(row) is None:
        sentence = (
            f"The 95% interval, {ends}, does not include 1.00 (equal likelihood), but it does not allow for how much "
            "organisations differ from each other."
        )
        return "The figures cannot tell", (sentence,)
    if _differs(row):
        likelier = staff_of(compared_groups()[0 if row[ENDS[0]] >= 1 else 1])
        sentence = f"The 95% interval, {ends}, does not include 1.00 (equal likelihood)."
        return f"Yes: {likelier} are more likely to enter", (sentence,)
    return "The difference could be due to chance", (f"The 95% interval, {ends}, includes 1.00 (equal likelihood).",)


def _differs(row: PublishedRow) -> bool:
    """Return whether the interval leaves out 1: as published of an organisation, by the printed bounds of others."""
    if row.get("differs_from_equal") is not None:
        return bool(row["differs_from_equal"])
    return bool(row[ENDS[0]] > 1 or row[ENDS[1]] < 1)


def _against_england(funnel: PublishedRow) -> ShortAndSentences:
    """Answer whether the ratio differs from that of England by more than chance."""
    figure = f"The ratio of {_group_in_words(funnel)} in England is {funnel.text('national_figure')}."
    if funnel["outside_95"]:
        sentence = f"{figure} This ratio is further from it than could be due to chance."
        if funnel["figure"] is None:
            sentence = (
                f"{figure} There is no ratio here, but chance alone is unlikely to share the entries out like this."
            )
        is_unusual = funnel.get("outside_widened_95")
        if is_unusual is not None:
            sentence += f" The difference is {'also' if is_unusual else 'not'} more than organisations usually differ."
        return "Yes, but no more than is usual" if is_unusual is False else "Yes", (sentence,)
    if funnel["figure"] == funnel["national_figure"]:
        return "No, about the same", (figure,)
    return "The difference could be due to chance", (figure,)


def _group_in_words(row: PublishedRow) -> str:
    """Return the group of organisations of a row as it stands within a sentence: NHS trusts, integrated care boards."""
    group = row.text("organisation_group")
    return group if group[:2].isupper() else f"{group[:1].lower()}{group[1:]}"


def _gap(row: PublishedRow) -> ShortAndSentences:
    """Answer how many people the gap is."""
    if row.is_held_back("entries_above_parity") or row.is_held_back("range"):
        return HELD_BACK, (SMALL,)
    if row["range"] == "not_calculable" or row["entries_above_parity"] is None:
        return "Cannot be said", ("There is no ratio, so there is no gap to count.",)
    if row.get("reliability") == "not_judged":
        return _TOO_FEW, (_FEW,)
    people = whole_people(row["entries_above_parity"])
    if people == "0":
        return "No gap", (f"{begin(both_staff())} entered at about the same rate.",)
    compared, comparator = map(staff_of, compared_groups())
    more, other = (compared, comparator) if is_one_or_more(row) else (comparator, compared)
    sentences = [f"About {people} more {more} entered than at the rate of {other}."]
    ends = [row[f"entries_above_parity_{end}"] for end in ("lower", "upper")]
    if None not in ends:
        sentences.append(f"The 95% interval is {_fewer_or_more(ends[0])} to {_fewer_or_more(ends[1])}.")
    sentences += {"above": [GAP_ABOVE], "below": [GAP_BELOW]}.get(row["range"], [])
    return f"About {people} more {more}", tuple(sentences)


def _fewer_or_more(count: Decimal) -> str:
    people = whole_people(abs(count))
    return f"{people} {'fewer' if count < 0 and people != '0' else 'more'}"


def whole_people(count: Decimal) -> str:
    """Round a number of people to a whole one, as people write it: 22, 1,204, -3."""
    whole = int(count.quantize(Decimal(1), ROUND_HALF_UP))
    return f"{whole:,}"
