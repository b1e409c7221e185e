"""What a local report says and draws, before it is a page, a workbook or a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wres.charts.comparison import comparison_chart
from wres.charts.funnel import funnel_chart
from wres.charts.svg import Chart
from wres.charts.trend import ratio_trend
from wres.commentary.ratio_sentence import begin, times_as_likely
from wres.local_report.data_quality import QualityRow
from wres.local_report.own_figures import RATIO, OwnFigures, ReleaseFigures
from wres.outputs.formatting import PublishedRow, ratio_and_range
from wres.outputs.group_columns import columns_of_measure, compared_groups, staff_of
from wres.outputs.metadata import ReleaseMetadata
from wres.reference.year_config import CollectionYear
from wres.site.areas import Areas
from wres.site.key_messages import KeyMessage, key_messages
from wres.site.page_tables import HtmlTable, html_table
from wres.site.revision_words import revised_figure, revised_title

_MARKING = "For {name} only. Exact figures, not for publication: the official release may withhold some"


@dataclass(frozen=True, slots=True)
class LocalReport:
    """One organisation's report of one edition."""

    about: ReleaseMetadata
    code: str
    name: str
    markings: tuple[str, ...]
    since: str | None  # the edition of its last report
    closings: Sequence[str]  # when it closed, and what became part of it
    figures: OwnFigures
    answers: Sequence[KeyMessage]
    trend: Chart
    funnel: Chart | None
    peers: Chart | None
    by_year: HtmlTable
    quality: Sequence[QualityRow]
    changes: Sequence[str]
    board_paper: Sequence[str]

    @property
    def title(self) -> str:
        """Return its title."""
        return f"Your WRES report, {self.about.collection_year}: {self.name}"


def local_report(
    release: ReleaseFigures,
    figures: OwnFigures,
    quality: Sequence[QualityRow],
    calendar: CollectionYear,
    since: str | None = None,
) -> LocalReport:
    """Say and draw what one organisation's report holds.

    Args:
        release: the official release with the exact figures of its edition.
        figures: the organisation's, of `own_figures`.
        quality: how its return was, beside the median of all.
        calendar: the release's collection year.
        since: the edition of its last report, None for the first.
    """
    own, now, about = figures.own, figures.now, release.about
    answers = key_messages(own, now, {})
    return LocalReport(
        about,
        own.code,
        own.name,
        (_MARKING.format(name=own.name), *about.markings),  # an official release is marked where it is simulated
        since,
        _closings(release.official, own.code),
        figures,
        answers,
        ratio_trend(own.series, release.official.breaks),
        _funnel(figures),
        _peers(figures, about.collection_year),
        html_table("Your figures by year", own.series, "local_report"),
        quality,
        _changes(figures, about, since),
        _board_paper(figures, answers, calendar),
    )


def _closings(places: Areas, code: str) -> list[str]:
    """Say when an organisation closed and what it is part of now, and what became part of it."""
    steps = places.successors(code)
    facts = [f"closed on {_day(steps[0].closed)}"] if steps and steps[0].closed else []
    if steps and steps[0].successor:
        first, last = steps[0], steps[-1]
        heir = _named(last.successor_name, last.successor) if last.successor else _named(last.name, last.code)
        facts.append(f"is part of {heir} now" + (f", since {_day(first.since)}" if first.since else ""))
    sentences = [f"{_named(steps[0].name, code)} {' and '.join(facts)}."] if facts else []
    for closure in places.taken_over.get(code, ()):
        closed = f"closed on {_day(closure.closed)} and " if closure.closed else ""
        heir = "this organisation" if closure.successor == code else f"{closure.successor_name} and with it of this one"
        since = f" on {_day(closure.since)}" if closure.since else ""
        sentences.append(f"{_named(closure.name, closure.code)} {closed}became part of {heir}{since}.")
    return sentences


def _named(name: str, code: str) -> str:
    """Return a name with its code; the code alone where the register of the years has no name."""
    return code if name == code else f"{name} ({code})"


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _funnel(figures: OwnFigures) -> Chart | None:
    """Return the organisation in the funnel of its group."""
    row = figures.own.funnel
    if figures.funnel is None or row is None or figures.funnel.at(row) is None:
        return None
    entries = "entry" if row["size"] == 1 else "entries"
    words = f"{row.text('size')} {entries}, relative likelihood {row.text('figure')}."
    return funnel_chart(figures.funnel, [row], words, figures.own.code)


def _peers(figures: OwnFigures, year: int) -> Chart | None:
    """Return the organisation beside its peers, its region, its type and the nation."""
    rows: list[tuple[str, PublishedRow, bool]] = [("You", figures.now, True)]
    rows += [(area.name, area.now, False) for area in (*figures.peers, *figures.around) if area.now]
    if all(row[RATIO] is None for _name, row, _own in rows):
        return None
    return comparison_chart(f"Beside your peers, your region, your type and England, {year}", rows)


def _changes(figures: OwnFigures, about: ReleaseMetadata, since: str | None) -> list[str]:
    """Say what differs from the edition of the organisation's last report."""
    if since is None:
        return []
    note = [f"Why this edition was made: {about.note}"] if about.note else []
    if not figures.changed:
        return [*note, f"None of your own figures differs from edition {since}."]
    return [*note, *(_change(row) for row in figures.changed)]


def _change(row: PublishedRow) -> str:
    """Return a revision in words."""
    title = begin(revised_title(row))
    before, now = (str(row[name]).partition("-")[2] for name in ("previous_edition", "edition"))
    return (
        f"{title}, {row['collection_year']}: {revised_figure(row, 'figure_before')} in edition {before}, "
        f"{revised_figure(row, 'figure_now')} in edition {now}."
    )


def _board_paper(figures: OwnFigures, answers: Sequence[KeyMessage], calendar: CollectionYear) -> list[str]:
    """Return the words for a paper to the board: facts, and nothing of causes."""
    now, nation = figures.now, next((area.now for area in figures.around if area.level == "national"), None)
    period = "in the year to" if now["window"] == "single_year" else "on average in each of the two years to"
    day = _day(calendar.entries_to)
    counted = [_counts_in_words(now, group) for group in compared_groups()]
    facts = [
        _PAPER.format(year=calendar.year),
        f"{counted[0]} and {counted[1]} entered the process {period} {day}. {times_as_likely(now)}",
    ]
    if nation is not None:
        group = nation.text("organisation_group")
        facts.append(f"In England ({group}), as officially released: {ratio_and_range(nation)}.")
    facts += [_answer_in_words(answer) for answer in answers]
    return [*facts, _ASKED]


def _counts_in_words(row: PublishedRow, group: str) -> str:
    """Return how many of an ethnic group entered the process, of how many: 3 of 412 BME staff (0.73%)."""
    columns = [columns_of_measure(measure)[group] for measure in ("entered", "headcount", "likelihood_percent")]
    entered, staff, likelihood = (row.text(column) for column in columns)
    percent = "" if row[columns[2]] is None else f" ({likelihood}%)"
    return f"{entered} of {staff} {staff_of(group)}{percent}"


def _answer_in_words(answer: KeyMessage) -> str:
    """Return a question with its answer; the short answer is left out where the first sentence begins with it."""
    sentences = " ".join(answer.sentences)
    short = "" if sentences.startswith(answer.short) else f"{answer.short}. "
    return f"{answer.question} {short}{sentences}"


_PAPER = (
    "This paper reports indicator 3 of the Workforce Race Equality Standard for {year}: the likelihood of black and "
    "minority ethnic (BME) staff entering the formal disciplinary process, relative to white staff."
)
_ASKED = (
    "The board is asked to note these figures, and to discuss how the organisation decides whether a concern becomes a "
    "formal investigation."
)
