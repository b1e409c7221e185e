"""Answer a board's questions about several organisations: the nation, a region or a type."""

from collections import Counter
from collections.abc import Mapping

from wres.commentary.beside_chance import BETWEEN, goal_sentence, wider_interval
from wres.commentary.ratio_sentence import is_equal
from wres.outputs.formatting import RATIO, PublishedRow, number_of
from wres.outputs.group_columns import compared_groups, staff_of
from wres.site.areas import Area

ShortAndSentences = tuple[str, tuple[str, ...]]  # an answer in a few words, and what it rests on

ENDS = (f"{RATIO}_lower", f"{RATIO}_upper")
EQUAL = "No, they are equal"
HELD_BACK = "Not published (small numbers)"
SMALL = "The numbers are small, so this is not published, to protect people [c]."
_KINDS = {
    "within": "within range",
    "above": "above",
    "below": "below",
    "not_calculable": "cannot be calculated",
    "held_back": "not published (small numbers) [c]",
}


def pooled_chance(row: PublishedRow) -> ShortAndSentences:
    """Return the answer for several organisations: both intervals, judged on the wider, and the ratio within them."""
    between = " to ".join(row.text(end) for end in BETWEEN)
    ends = " to ".join(row.text(end) for end in ENDS)
    both = f"The 95% interval is {ends}; allowing for how much organisations differ, {between}."
    lower, upper = wider_interval(row) or (row[ENDS[0]], row[ENDS[1]])
    sentences = tuple(sentence for sentence in (both, _within(row)) if sentence)
    if is_equal(row):
        return EQUAL, sentences
    if lower > 1 or upper < 1:
        likelier = staff_of(compared_groups()[0 if lower > 1 else 1])
        return f"Yes: {likelier} are more likely to enter", sentences
    return "The difference could be due to chance", sentences


def _within(row: PublishedRow) -> str:
    """Return the ratio within organisations as a sentence; empty where there is none."""
    names = [f"{RATIO}_within{end}" for end in ("", "_lower", "_upper")]
    if any(row.get(name) is None for name in names):
        return ""
    ratio, lower, upper = (row.text(name) for name in names)
    return f"Compared within organisations the ratio is {ratio} ({lower} to {upper})."


def organisations_outside(
    counts: Mapping[str, int], goal: PublishedRow | None, shares: PublishedRow | None
) -> ShortAndSentences:
    """Return how many organisations are outside the range, first beyond chance, then by the published ranges."""
    short, sentences = _outside_by_range(counts, goal)
    if shares is None or not goal_sentence(shares):
        return short, sentences
    outside = shares["above_beyond_chance"] + shares["below_beyond_chance"]
    number = outside + shares["within_beyond_chance"] + shares["cannot_tell"]
    expected, lower, upper = (
        f"{shares.text(f'expected_share_within_{part}percent')}%" for part in ("", "lower_", "upper_")
    )
    share = f"{shares.text('share_within_percent')}%"
    unclear = f"For {shares.text('cannot_tell')} the figures cannot tell: it could be due to chance."
    if number == 1:
        unclear = "The figures cannot tell: it could be due to chance."
    beside_chance = (
        *((unclear,) if shares["cannot_tell"] else ()),
        f"If all were equally likely to enter, {expected} would be within range ({lower} to {upper}); it is {share}.",
    )
    goal_set = () if goal is None else (f"The goal was {goal.text('goal_percent')}%.",)
    of_all = f" of {number:,}" if number > 1 else ""
    short = f"{f'{outside:,}' if outside else 'None'}{of_all} by more than could be due to chance"
    return short, (*beside_chance, *goal_set, *sentences[-1:])


def _outside_by_range(counts: Mapping[str, int], goal: PublishedRow | None) -> ShortAndSentences:
    """Return how many organisations are outside the range, or how many are short of the goal where there is one."""
    outside, hidden = counts.get("above", 0) + counts.get("below", 0), counts.get("held_back", 0)
    named = [f"{counts[kind]:,} {words}" for kind, words in _KINDS.items() if counts.get(kind)]
    sentences = (f"{number_of(sum(counts.values()), 'organisation')}: {', '.join(named)}.",) if named else ()
    if goal is not None and goal["organisations_to_goal"] is not None:
        share = f"{goal.text('share_within_percent')}%"
        reached = f"The goal was {goal.text('goal_percent')}% of organisations within range; it is {share}."
        short = f"{goal.text('organisations_to_goal')} short of the goal"
        return short if goal["organisations_to_goal"] else "The goal is met", (reached, *sentences)
    if not named:
        return HELD_BACK, (SMALL,)
    if hidden and not outside:
        return HELD_BACK, sentences
    at_least = "At least " if hidden else ""
    return f"{at_least}{number_of(outside, 'organisation')}", sentences


def range_counts(members: list[Area]) -> Counter[str]:
    """Count the organisations within, above and below the range, not calculable and withheld, in this year."""
    return Counter(member.now["range"] or "held_back" for member in members if member.now)
