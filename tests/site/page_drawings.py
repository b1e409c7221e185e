"""What each drawing of a page must say and where its dots and bars must lie, by the CSV files."""

import math
import re
from collections.abc import Callable, Iterator, Sequence

from tests.site.page_reader import SYMBOLS, Drawing, Mark, Page, Row
from tests.site.page_tables import ENDS, RANGES, RATIO, Subject, interval, ratio

Place = Callable[[float], float]
_NEAR = 0.75  # units of a drawing; dots are drawn to the whole unit
_LONG = 44  # letters of a name, from which on the drawing says "This organisation"
_LIKELIHOODS = {
    "BME": ("bme_likelihood_percent", "group-1"),
    "White": ("white_likelihood_percent", "group-2"),
    "All": ("overall_likelihood_percent", "all-staff"),
}


def drawing_differences(subject: Subject, page: Page) -> Iterator[str]:
    """Where the drawings of a page, or their text alternatives, are not what the files say."""
    for drawing in page.drawings:
        where = f"{subject.path}: {drawing.title}"
        if drawing.label != f"{drawing.title}. {drawing.words}":
            yield f"{where}: the text alternative is not what stands below it"
        if drawing.title == "Relative likelihood by year":
            rows = [("", row) for row in subject.series]
            words = [f"{row['collection_year']}: {_in_words(subject, row)}" for _, row in rows]
            places = _on_axis(drawing, rows, "dot own", 1)
        elif drawing.title == "Likelihood of entering the process by year":
            words = [_likelihoods_in_words(subject, row) for row in subject.series]
            places = _likelihood_places(drawing, subject.series)
        elif drawing.title == RANGES:
            words, places = [_ranges_in_words(subject, year) for year in _years(subject)], []
        elif drawing.title.endswith("could the ratio be chance?"):
            yield from _funnel_differences(subject, drawing)
            continue
        else:
            rows = _compared(subject, drawing, page)
            words = [f"{name}: {_in_words(subject, row)}" for name, row in rows]
            places = _on_axis(drawing, rows, "marked large|peer", 0)
        if drawing.words != f"{'; '.join(words)}.":
            yield f"{where}: {drawing.words!r} is not {'; '.join(words)!r}"
        yield from (f"{where}: drawn at {at}, not {wanted}" for at, wanted in places if abs(at - wanted) > _NEAR)


def _in_words(subject: Subject, row: Row) -> str:
    if row[RATIO] in SYMBOLS:
        return "not published (small numbers)" if row[RATIO] == "c" else "cannot be calculated"
    is_shown = not {row[end] for end in ENDS} & SYMBOLS
    return ratio(subject.schema, row) + (f" ({interval(subject.schema, row)})" if is_shown else "")


def _likelihoods_in_words(subject: Subject, row: Row) -> str:
    parts = [
        f"{label} {subject.schema.words(name, row[name])}{'' if row[name] in SYMBOLS else '%'}"
        for label, (name, _) in _LIKELIHOODS.items()
        if name in row
    ]
    return f"{row['collection_year']}: {', '.join(parts)}"


def _compared(subject: Subject, drawing: Drawing, page: Page) -> list[tuple[str, Row]]:
    """The rows of a comparison with the names that they have in it."""
    if drawing.title.startswith("Beside its region"):
        own, *others = subject.around
        name = own["name"] if len(own["name"]) < _LONG else f"This organisation ({own['code']})"
        return [(name, own)] + [
            (row["name"] + (", England" if row["level"] == "organisation_type" else ""), row) for row in others
        ]
    if "peers" in drawing.title:
        table = next(table for table in page.tables if table.caption.endswith(f"peers, {subject.release.year}"))
        rows = {row["code"]: row for row in subject.of_year("organisation")}
        return [(cells[0], rows[cells[1]]) for cells in table.rows]
    return [(row["name"], row) for row in subject.siblings(drawing.title)]


def _years(subject: Subject) -> list[str]:
    if subject.level == "national":
        return [row["collection_year"] for row in subject.release.rows("goals", organisation_group="all")]
    return [row["collection_year"] for row in subject.series]


def _ranges_in_words(subject: Subject, year: str) -> str:
    (goals,) = subject.release.rows("goals", organisation_group="all", collection_year=year)
    kinds, chance = ("within", "above", "below"), "expected_share_within_percent"
    if subject.level == "national":
        is_shown = not {goals[kind] for kind in kinds} & SYMBOLS
        counts, hidden = [goals[kind] if is_shown else "0" for kind in kinds], 0
    else:
        ranges = [row["range"] for row in subject.members(year)]
        counts, hidden = [str(ranges.count(kind)) for kind in kinds], ranges.count("c")
    words = f"{year}: " + ", ".join(f"{count} {kind}" for count, kind in zip(counts, kinds, strict=True))
    words += f", {hidden} not published" if hidden else ""
    if subject.level == "national" and goals[chance] not in SYMBOLS:
        words += f", by chance alone {goals[chance]}% within"
    return words + (f", goal {goals['goal_percent']}% within" if goals["goal_percent"] not in SYMBOLS else "")


def _points(marks: Sequence[Mark], kinds: str) -> list[tuple[float, float]]:
    """The places of all dots of some kinds, in the order in which they are drawn."""
    paths = [mark.attributes["d"] for mark in marks if mark.tag == "path" and re.fullmatch(kinds, mark.kind)]
    return [(float(x), float(y)) for path in paths for x, y in re.findall(r"M(-?[\d.]+) (-?[\d.]+)", path)]


def _ratio_scale(drawing: Drawing, axis: int) -> Place:
    """Where a ratio lies by the ratios that stand beside the drawing: 0 across it, 1 up it."""
    ticks = []
    for mark in drawing.marks:
        if mark.tag == "text" and re.fullmatch(r"\d+(\.\d+)?", mark.text):
            if axis == 1 and mark.kind == "end":
                ticks.append((float(mark.text), float(mark.attributes["y"]) - 5.5))
            elif axis == 0 and "middle" in mark.kind:
                ticks.append((float(mark.text), float(mark.attributes["x"])))
    (low, start), *between, (high, end) = sorted(ticks)

    def place(value: float) -> float:
        inside = min(max(value, low), high)
        return start + (end - start) * math.log(inside / low) / math.log(high / low)

    assert all(abs(place(value) - at) < _NEAR for value, at in between)
    return place


def _on_axis(drawing: Drawing, rows: Sequence[tuple[str, Row]], kinds: str, axis: int) -> list[tuple[float, float]]:
    """Where each ratio is drawn, and where it must be."""
    ratios = [float(row[RATIO]) for _, row in rows if row[RATIO] not in SYMBOLS]
    dots = _points(drawing.marks, kinds)
    dots = sorted(dots) if axis == 1 else dots
    place = _ratio_scale(drawing, axis)
    return [(dot[axis], place(value)) for dot, value in zip(dots, ratios, strict=True)]


def _likelihood_places(drawing: Drawing, series: Sequence[Row]) -> list[tuple[float, float]]:
    ticks = sorted(
        (float(mark.text[:-1]), float(mark.attributes["y"]) - 5.5)
        for mark in drawing.marks
        if mark.tag == "text" and mark.kind == "end" and re.fullmatch(r"[\d.]+%", mark.text)
    )
    (low, start), (high, end) = ticks[0], ticks[-1]
    places = []
    for name, kind in _LIKELIHOODS.values():
        shown = [float(row[name]) for row in series if row.get(name, "z") not in SYMBOLS]
        dots = sorted(_points(drawing.marks, f"dot {kind}"))
        places += [
            (y, start + (end - start) * (value - low) / (high - low)) for (_, y), value in zip(dots, shown, strict=True)
        ]
    return places


def _funnel_differences(subject: Subject, drawing: Drawing) -> Iterator[str]:
    """Where a funnel counts others than the file, or draws an organisation elsewhere."""
    group = drawing.title.removesuffix(": could the ratio be chance?")
    rows = [
        row
        for row in subject.of_year("funnel", measure=RATIO)
        if subject.schema.words("organisation_group", row["organisation_group"]) == group
    ]
    drawn = [row for row in rows if not {row["size"], row["figure"]} & SYMBOLS and float(row["size"]) > 0]
    counted = f"{len(drawn):,} organisation{' is' if len(drawn) == 1 else 's are'} drawn."
    counted += f" {len(rows) - len(drawn):,} more cannot be drawn." if len(rows) > len(drawn) else ""
    if not drawing.words.endswith(counted):
        yield f"{subject.path}: {drawing.words!r} does not end with {counted!r}"
    if subject.level != "organisation":
        return
    (row,) = (row for row in drawn if row["code"] == subject.code)
    words = f"{subject.schema.words('size', row['size'])} entries, relative likelihood {row['figure']}"
    if row["outside_95"] not in SYMBOLS:
        where = "beyond" if row["outside_95"] == "true" else "within"
        limits = " to ".join(subject.schema.words(name, row[name]) for name in ("lower_95", "upper_95"))
        words += f": {where} its 95% limits, {limits}"
    if not drawing.words.startswith(f"{words}."):
        yield f"{subject.path}: {drawing.words!r} does not begin with {words!r}"
    ((_, at),) = _points(drawing.marks, "ring")
    if abs(at - (wanted := _ratio_scale(drawing, 1)(float(row["figure"])))) > _NEAR:
        yield f"{subject.path}: drawn at {at}, not {wanted}"
