"""What is repeated of a value that a return should not have: enough for its sender to find it, and nobody's name.

These values stand in reports and in the audit log, where nothing is ever deleted, so only words that a return uses, and
short numbers, are repeated.
"""

import re
from functools import cache

from wres.personal_data.person_signs import plain
from wres.reader.dates import read_date
from wres.returns.invisible import take_out_notes
from wres.returns.parsed_return import UNCALCULATED, Cell, CellTable, ParsedReturn, Text
from wres.returns.template_spec import all_templates, group_labels

HIDDEN = "…"
A_DATE = "a date"
_LONGEST, _MOST_DIGITS = 60, 7
_MOST_SHOWN = 200  # characters, with the names of those that cannot be seen
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")
_DAY_AND_MONTH = re.compile(
    r"\d{1,4}[-/. ]?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}([-/. ]?\d{1,4})?", re.IGNORECASE
)
_RATIO = re.compile(r"\d{1,3}\.\d{1,20}([eE]-\d{1,2})?%?")  # with all the digits that a program has worked out
_MARKS = re.compile(r"^[^\w]+|[^\w]+$")
_CODE = re.compile(r"(workforce|disciplinary|calculated|explanation|signoff)\.[a-z0-9_.]{1,60}", re.IGNORECASE)
_LEADING_CODE = re.compile(r"[A-Z][A-Z0-9]{2}(?![A-Za-z0-9])|[A-Z0-9]{0,4}[0-9][A-Z0-9]{0,4}(?![A-Za-z0-9])")
_ORGANISATION = re.compile(r"[A-Za-z0-9 -]{1,8}")
_WORDS = frozenset(
    """
    african asian bangladeshi black british caribbean chinese ethnic group gypsy indian irish minority mixed pakistani
    roma stated traveller
    #div #n/a #name #num #ref #value a about above agency all almost an and approx approximately april are
    around as at august awaited awaiting bank below between blank by c ca cannot circa confirmed count dash data
    december declared disclosed div doctors e eight eighteen eighty eleven est estimate estimated f false
    february few fewer fifteen fifty five follow for forty four fourteen fte g half headcount held hundred i in
    included infinity is january july june k known last less m made many march may missing more n na name nan nd
    new nil nine nineteen ninety no none not november null num nurses o october of old on one only or order
    other others over pending people per percent plus provided r recorded redacted ref s see september seven
    seventeen seventy six sixteen sixty some soon staff suppressed tbc tbd ten than the thirteen thirty thousand
    three to total true twelve twenty two unavailable unknown up upper v value w was were with wte x yes yet you
    z zero
    """.split()  # noqa: SIM905
)


def show_value(text: str) -> str:
    """Return the value of a cell that should hold a number, cut to what may be repeated."""
    shown_text = plain(text).strip()
    if not shown_text or shown_text == UNCALCULATED:
        return text
    if _DATE.fullmatch(shown_text) or _DAY_AND_MONTH.fullmatch(shown_text):
        return A_DATE
    notes, bare = take_out_notes(shown_text)
    words = [word if _may_be_shown(word) else HIDDEN for word in bare[:_LONGEST].split()]
    if sum(character.isdigit() for character in bare) > _MOST_DIGITS:
        words = [HIDDEN if any(character.isdigit() for character in word) else word for word in words]
    if HIDDEN not in words and len(bare) <= _LONGEST:
        return text[:_MOST_SHOWN]
    shown = " ".join(
        [*(word for n, word in enumerate(words) if word != HIDDEN or words[n - 1 : n] != [HIDDEN]), *notes]
    )
    return f"a text of {len(shown_text)} characters" if shown == HIDDEN else shown[:_MOST_SHOWN]


def hide_unknown(read: ParsedReturn) -> None:
    """Cut what a return holds besides figures, item codes, statements and free texts to what may be repeated."""
    cells = read.cells
    has_known_names = _codes().issuperset(cells.column("item")) and _groups().issuperset(cells.column("ethnic_group"))
    if not has_known_names or None in cells.column("number"):
        read.cells = CellTable(map(_show_cell, cells))
    read.texts = [_show_text(text) for text in read.texts]
    read.stated.clear()


def show_code(text: str) -> str:
    """Return an item code or ethnic group that no template has, cut in the same way."""
    return text if _CODE.fullmatch(text) else show_value(text)


def is_known_code(text: str) -> bool:
    """Return whether a text is an item code or an ethnic group of some template, or the code of an explanation."""
    return text in _codes() or text in _groups() or text.startswith("explanation.")


@cache
def _groups() -> frozenset[str]:
    """Name the ethnic groups of every version of the template."""
    return frozenset(group_labels())


def _show_cell(cell: Cell) -> Cell:
    """Cut what a figure's cell says to what may be repeated."""
    if cell.number is None and cell.raw:
        cell = cell._replace(raw=show_value(cell.raw))
    if cell.item not in _codes():
        cell = cell._replace(item=show_code(cell.item))
    if cell.ethnic_group and cell.ethnic_group not in _groups():
        cell = cell._replace(ethnic_group=show_code(cell.ethnic_group))
    return cell


def _show_text(text: Text) -> Text:
    """Cut a text of the return to what may be repeated, by its kind."""
    if text.key == "organisation_code" and not _ORGANISATION.fullmatch(text.value):
        return Text(text.key, _show_organisation(text.value), text.place)
    if text.key == "signoff.date" and read_date(text.value) is None and any(map(str.isalpha, text.value)):
        return Text(text.key, show_value(text.value), text.place)
    if text.key.startswith("calculated.") and _RATIO.fullmatch(text.value):
        return text
    if text.key in ("collection_year", "template_version") or text.key.startswith("calculated."):
        return Text(text.key, show_value(text.value), text.place)
    return text


def _show_organisation(text: str) -> str:
    """Return a code with more beside it: what can be a code at its beginning, and that something follows."""
    code = _LEADING_CODE.match(text.strip())
    return f"{code[0]} {HIDDEN}" if code else show_value(text)


def _may_be_shown(word: str) -> bool:
    """Return whether every part of a word is a number or a word that returns use."""
    core = _MARKS.sub("", word).casefold()
    if not any(character.isalpha() for character in core):
        return True
    parts = [part for part in re.split(r"[^\w]+|_|(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", core) if part]
    return all(part.isdecimal() or part in _WORDS or part in _vocabulary() for part in parts)


@cache
def _codes() -> frozenset[str]:
    """Name the item codes of every version of the template."""
    return frozenset(item.code for template in all_templates() for item in template.items)


@cache
def _vocabulary() -> frozenset[str]:
    """Return the words of all templates: codes and labels of items and ethnic groups."""
    texts = [f"{item.code} {item.label}" for template in all_templates() for item in template.items]
    texts += [f"{group} {label}" for group, label in group_labels().items()]
    return frozenset(re.split(r"[^a-z0-9]+", " ".join(texts).casefold())) | {"item", "group", "wres"}
