"""Sentences that say what chance and composition make of a figure, and the interval on which each is judged."""

from decimal import Decimal

from wres.commentary.ratio_sentence import is_equal
from wres.outputs.formatting import PublishedRow
from wres.outputs.group_columns import compared_groups, staff_of

_RATIO = "relative_likelihood"
CONDITIONAL = (f"{_RATIO}_lower", f"{_RATIO}_upper")
BETWEEN = (f"{_RATIO}_between_lower", f"{_RATIO}_between_upper")
_WITHIN = (f"{_RATIO}_within", f"{_RATIO}_within_lower", f"{_RATIO}_within_upper")
_CLASSES = ("above_beyond_chance", "below_beyond_chance", "within_beyond_chance", "cannot_tell")
_LEAST = 10  # fewest organisations with three years whose share is put into words (own choice)
_SHARES = ("share_within_percent", "expected_share_within_percent")
_EXPECTED = tuple(f"expected_share_within_{part}percent" for part in ("", "lower_", "upper_"))


def has_interval(row: PublishedRow, names: tuple[str, str]) -> bool:
    """Return whether a row states both ends of an interval."""
    return all(row.get(name) is not None for name in names)


def wider_interval(row: PublishedRow) -> tuple[Decimal, Decimal] | None:
    """Return the ends of the wider of a ratio's intervals: about these organisations, or between organisations.

    Returns: None where the row states neither.
    """
    ends = [(row[names[0]], row[names[1]]) for names in (CONDITIONAL, BETWEEN) if has_interval(row, names)]
    return max(ends, key=lambda end: end[1] / end[0] if end[0] else Decimal("Infinity")) if ends else None


def is_beyond_chance(row: PublishedRow) -> bool | None:
    """Say whether chance alone is unlikely to make a ratio differ from 1, judged on the wider interval.

    Returns: None where the row cannot tell: it has no interval, or is of several organisations and lacks the interval
    that allows for how much these differ, while the other one leaves out 1.
    """
    interval = wider_interval(row)
    if interval is None:
        return None
    if interval[0] <= 1 <= interval[1]:
        return False
    return True if has_interval(row, BETWEEN) or row["organisations"] == 1 else None


def interval_sentence(row: PublishedRow) -> str:
    """Say both intervals of the nation's ratio, and whether the difference could be due to chance."""
    if not has_interval(row, CONDITIONAL):
        return ""
    sentence = f"The 95% interval of the relative likelihood is {_span(row, CONDITIONAL)}"
    interval = "it"
    if has_interval(row, BETWEEN):
        sentence += (
            f" for these organisations, and {_span(row, BETWEEN)} allowing for how much organisations differ from each "
            "other"
        )
        interval = "the wider one"
    if is_equal(row):
        return f"{sentence}."
    beyond_chance = is_beyond_chance(row)
    if beyond_chance is None:
        return (
            f"{sentence}; it does not include 1.00 (equal likelihood), but it does not allow for how much "
            "organisations differ from each other, so the figures cannot tell whether chance alone explains the "
            "difference."
        )
    if beyond_chance:
        return (
            f"{sentence}; {interval} does not include 1.00 (equal likelihood), so chance alone is unlikely to explain "
            "the difference."
        )
    return f"{sentence}; {interval} includes 1.00 (equal likelihood), so the difference could be due to chance."


def within_sentence(row: PublishedRow) -> str:
    """Say how staff of the same organisation compare, and how much of the ratio is due to where the group works."""
    if any(row.get(name) is None for name in (*_WITHIN, "composition_factor")):
        return ""
    compared, comparator = map(staff_of, compared_groups())
    return (
        f"Compared with {comparator} of the same organisation, {compared} were {row.text(_WITHIN[0])} times as likely "
        f"to enter (95% interval {_span(row, (_WITHIN[1], _WITHIN[2]))}). The figure for all staff together also "
        f"depends on where {compared} work: that part is a factor of {row.text('composition_factor')}."
    )


def goal_sentence(row: PublishedRow) -> str:
    """Say what share within the range chance alone would give, and of how many organisations the figures can tell."""
    if any(row.get(name) is None for name in (*_EXPECTED, *_CLASSES, "share_within_percent")):
        return ""
    compared, comparator = map(staff_of, compared_groups())
    expected, lower, upper = (f"{row.text(name)}%" for name in _EXPECTED)
    share = row.text("share_within_percent")
    sentence = (
        f"If {compared} and {comparator} of every organisation were equally likely to enter, chance alone would "
        f"leave {expected} of organisations within range (95% range {lower} to {upper}), for few people enter; "
        f"{share}% were. {_told_beyond_chance(*(row[name] for name in _CLASSES))}"
    )
    if row.get("share_truly_within_percent") is not None:
        sentence += (
            f" With chance taken out, an estimated {row.text('share_truly_within_percent')}% are truly within range."
        )
    if (row.get("three_years_calculable") or 0) >= _LEAST:
        share, at_parity = (f"{row.text(f'three_years_{name}')}%" for name in _SHARES)
        sentence += (
            f" On three years pooled for each organisation, which leaves less to chance, {share} of the "
            f"{row.text('three_years_calculable')} organisations with all three are within range; chance alone would "
            f"leave {at_parity}."
        )
    return sentence


def _told_beyond_chance(above: int, below: int, within: int, unclear: int) -> str:
    """Say for how many organisations the whole interval lies above, below or within the range, and for how many not."""
    number = above + below + within + unclear
    if unclear == number:
        every = "the one organisation" if number == 1 else f"all {number:,} organisations"
        return (
            f"For {every} with a ratio the 95% interval reaches over an end of the range, so the figures cannot tell "
            "on which side of it the true ratio is."
        )
    every = "the one organisation" if number == 1 else f"the {number:,} organisations"
    places = [f"{count:,}" if count else "none" for count in (above, below, within)]
    others = "one" if unclear == 1 else f"{unclear:,}"
    end = f"; for the other {others} the figures cannot tell" if unclear else ""
    return (
        f"Of {every} with a ratio, the whole 95% interval lies above the range for {places[0]}, below it for "
        f"{places[1]} and within it for {places[2]}{end}."
    )


def _span(row: PublishedRow, names: tuple[str, str]) -> str:
    return f"{row.text(names[0])} to {row.text(names[1])}"
