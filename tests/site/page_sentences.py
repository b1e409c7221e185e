"""The facts that sentences of a page state, held against the CSV files: figures, sides, years, and what is small."""

import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from tests.site.page_reader import SYMBOLS, Page, Row
from tests.site.page_tables import ENDS, RATIO, Subject

RATE = "overall_likelihood_percent"
_N = r"(-?\d[\d,]*(?:\.\d+)?)"
_VERDICTS = {
    "within_chance": "a change that could be due to chance",
    "improved": "more than could be due to chance",
    "worsened": "more than could be due to chance",
    "changed_side": "to the other side of 1.00, more than could be due to chance",
    "not_tested": "too few entries to test",
}
_BETWEEN = (f"{RATIO}_between_lower", f"{RATIO}_between_upper")
_WITHIN = (f"{RATIO}_within", f"{RATIO}_within_lower", f"{RATIO}_within_upper")
_EXPECTED = tuple(f"expected_share_within_{part}percent" for part in ("", "lower_", "upper_"))
_COUNTS = tuple(
    f"{group}_{measure}" for group in ("bme", "white") for measure in ("likelihood_percent", "entered", "headcount")
)
Fact = Callable[["Facts", "re.Match[str]"], bool]


class Facts:
    """The rows that the sentences of one page are about."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.now: Row = subject.now or {}
        self.moved = {row["measure"]: row for row in subject.moved if row["years_between"] == "1"}
        self.funnel = next(iter(subject.of_year("funnel", code=subject.code, measure=RATIO)), {})
        self.goals = next(iter(subject.of_year("goals", organisation_group="all")), {})

    def states(self, row: Row, match: "re.Match[str]", *names: str) -> bool:
        """Whether the figures of a sentence are those of some columns, one after the other."""
        return all(_is(text, row[name]) for text, name in zip(match.groups(), names, strict=True))

    def moved_as(self, measure: str, match: "re.Match[str]") -> bool:
        row = self.moved[measure]
        before, then, figure, year, said = match.groups()
        this = self.subject.release.year
        is_right = (then, year) == (str(int(this) - 1), this)
        is_right &= _is(before, row["previous_figure"]) and _is(figure, row["figure"])
        if row["direction"] == "same":
            return is_right and said == "no change"
        is_hidden = before == figure and row["direction"] in ("rose", "fell")
        words = [f"before rounding it {row['direction']}"] if is_hidden else []
        words += [_VERDICTS[row["verdict"]]] if row["verdict"] not in SYMBOLS else []
        return is_right and (said or "") == ", ".join(words)

    def gap_is(self, number: str, staff: str) -> bool:
        gap, ratio = self.now["entries_above_parity"], Decimal(self.now[RATIO])
        side = staff if ratio == 1 else "BME staff" if ratio > 1 else "white staff"
        return _is(number, str(_whole(gap))) and side == staff

    def gap_ends_are(self, *ends: str) -> bool:
        names = ("entries_above_parity_lower", "entries_above_parity_upper")
        exact = [Decimal(self.now[name]) for name in names]
        people = [_whole(str(abs(end))) for end in exact]
        wanted = [
            word
            for end, count in zip(exact, people, strict=True)
            for word in (f"{count:,}", "fewer" if end < 0 and count else "more")
        ]
        return list(ends) == wanted

    def ranges_are(self, number: str, kinds: str) -> bool:
        words = {
            "within": "within range",
            "above": "above",
            "below": "below",
            "not_calculable": "cannot be calculated",
            "c": "not published (small numbers) [c]",
        }
        if self.subject.level == "national":
            counts = {kind: int(self.goals[kind]) for kind in words if kind != "c"}
        else:
            ranges = [row["range"] for row in self.subject.members(self.subject.release.year)]
            counts = {kind: ranges.count(kind) for kind in words}
        wanted = ", ".join(f"{counts[kind]:,} {text}" for kind, text in words.items() if counts.get(kind))
        return kinds == wanted and _is(number, str(sum(counts.values())))


def _is(text: str, cell: str) -> bool:
    return cell not in SYMBOLS and Decimal(text.replace(",", "")) == Decimal(cell)


def _whole(cell: str) -> int:
    return int(Decimal(cell).quantize(Decimal(1), ROUND_HALF_UP))


def _includes_one(facts: Facts) -> bool:
    stated = facts.now.get("differs_from_equal", "z")
    if stated not in SYMBOLS:
        return stated == "false"
    return Decimal(facts.now[ENDS[0]]) <= 1 <= Decimal(facts.now[ENDS[1]])


# What a whole sentence, or a part of a paragraph, must say to be true.
_RULES: dict[str, Fact] = {
    rf"BME staff were {_N} times as likely as white staff to enter the formal": lambda f, m: (
        f.states(f.now, m, RATIO) and Decimal(f.now[RATIO]) not in (0, 1)
    ),
    r"equally likely to enter the formal disciplinary process: (1\.00)": lambda f, m: f.states(f.now, m, RATIO),
    r"[Nn]o BME staff entered the formal disciplinary process, and some white staff did: (0\.00)": lambda f, m: (
        f.states(f.now, m, RATIO) and f.now["bme_entered"] == "0"
    ),
    rf"^{_N} \(95% interval {_N} to {_N}\)$": lambda f, m: f.states(f.now, m, RATIO, *ENDS),
    r"The ratio rests on few people, so it has low reliability \[u\]\.": lambda f, _: (
        f.now["reliability"] in ("low", "not_judged")
    ),
    r"The whole 95% interval is (there|within the range)": lambda f, m: (
        f.now["range_beyond_chance"] == f.now["range"] and (m[1] == "there") == (f.now["range"] != "within")
    ),
    r"The 95% interval reaches over an end of the range, so the figures cannot tell where": lambda f, _: (
        f.now["range_beyond_chance"] == "cannot_tell"
    ),
    rf"^Relative likelihood: {_N} in (\d+), {_N} in (\d+)(?:; (.*))?\.$": lambda f, m: f.moved_as(RATIO, m),
    rf"^All staff entering: {_N}% in (\d+), {_N}% in (\d+)(?:; (.*))?\.$": lambda f, m: f.moved_as(RATE, m),
    r"^All staff entering: not published in one of the years": lambda f, _: (
        "c" in (f.moved[RATE]["figure"], f.moved[RATE]["previous_figure"])
    ),
    rf"^The 95% interval, {_N} to {_N}, (includes|does not include) 1\.00 \(equal likelihood\)": lambda f, m: (
        _is(m[1], f.now[ENDS[0]]) and _is(m[2], f.now[ENDS[1]]) and (m[3] == "includes") == _includes_one(f)
    ),
    rf"^The 95% interval is {_N} (fewer|more) to {_N} (fewer|more)\.$": lambda f, m: f.gap_ends_are(*m.groups()),
    rf"^About {_N} more (BME staff|white staff)": lambda f, m: f.gap_is(m[1], m[2]),
    rf"^The ratio of [A-Za-z' ]+ in England is {_N}\. (This ratio is further|There is no ratio here)?": lambda f, m: (
        _is(m[1], f.funnel["national_figure"]) and bool(m[2]) == (f.funnel["outside_95"] == "true")
    ),
    rf"^The 95% interval is {_N} to {_N}; allowing for how much organisations differ, {_N} to {_N}\.": lambda f, m: (
        f.states(f.now, m, *ENDS, *_BETWEEN)
    ),
    rf"^Compared within organisations the ratio is {_N} \({_N} to {_N}\)\.$": lambda f, m: f.states(f.now, m, *_WITHIN),
    rf"^{_N} organisations?: (.*)\.$": lambda f, m: f.ranges_are(m[1], m[2]),
    rf"^If all were equally likely to enter, {_N}% would be within range \({_N}% to {_N}%\); it is {_N}": lambda f, m: (
        f.states(f.goals, m, *_EXPECTED, "share_within_percent")
    ),
    rf"^{_N} relative likelihood, \d+( \[u\] low reliability)? (Within|Above|Below|Range not)": lambda f, m: (
        _is(m[1], f.now[RATIO])
        and bool(m[2]) == (f.now.get("reliability") in ("low", "not_judged"))
        and f.now["range"] == {"Range not": "c"}.get(m[3], m[3].lower())
    ),
    r"^Relative likelihood, \d+: .*\[([cz])\]$": lambda f, m: f.now[RATIO] == m[1],
    r"^Yes: (BME|white) staff are more likely to enter$": lambda f, m: (
        (Decimal(f.now[ENDS[0]]) >= 1) == (m[1] == "BME") and not _includes_one(f)
    ),
    rf"{_N}% of BME staff \({_N} of {_N}\) entered the process, and {_N}% of white staff \({_N} of {_N}\)": (
        lambda f, m: f.states(f.now, m, *_COUNTS)
    ),
    rf"is {_N} to {_N} for these organisations, and {_N} to {_N} allowing": lambda f, m: f.states(
        f.now, m, *ENDS, *_BETWEEN
    ),
    rf"the same organisation, BME staff were {_N} times as likely to enter \(95% interval {_N} to {_N}\)": (
        lambda f, m: f.states(f.now, m, *_WITHIN)
    ),
    rf"relative likelihood (rose|fell) from {_N} in \d+ to {_N} in": lambda f, m: (
        m[1] == f.moved[RATIO]["direction"]
        and _is(m[2], f.moved[RATIO]["previous_figure"])
        and _is(m[3], f.moved[RATIO]["figure"])
    ),
    rf"share of all staff who entered the process (rose|fell) from {_N}% in \d+ to {_N}% in": lambda f, m: (
        m[1] == f.moved[RATE]["direction"]
        and _is(m[2], f.moved[RATE]["previous_figure"])
        and _is(m[3], f.moved[RATE]["figure"])
    ),
    rf"leave {_N}% of organisations within range \(95% range {_N}% to {_N}%\), for few people enter; {_N}% were": (
        lambda f, m: f.states(f.goals, m, *_EXPECTED, "share_within_percent")
    ),
    rf"^{_N} of {_N} organisations? sent a return of \d+ that was accepted(?: \({_N}%\))?\.": lambda f, m: all(
        _is(text, f.subject.of_year("coverage", level="national", organisation_group="all")[0][name])
        for text, name in zip(m.groups(), ("received", "expected", "returned_percent"), strict=True)
        if text is not None
    ),
}
_COMPILED = {re.compile(pattern): fact for pattern, fact in _RULES.items()}


def sentence_differences(subject: Subject, page: Page, told: dict[str, int]) -> Iterator[str]:
    """Where a sentence of a page is not true by the files; `told` counts how often each rule was held against one."""
    facts = Facts(subject)
    for tag, text in page.texts:
        if tag not in ("p", "strong"):
            continue
        for pattern, fact in _COMPILED.items():
            for match in pattern.finditer(text):
                told[pattern.pattern] = told.get(pattern.pattern, 0) + 1
                if not fact(facts, match):
                    yield f"{subject.path}: not so by the files: {match[0]!r}"
