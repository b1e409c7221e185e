"""List the values that cannot be placed, by value and number, and say nothing that may be about a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wres.personal_data import person_signs
from wres.prepare.value_map import SenderMap, answers_to
from wres.returns.template_spec import Template
from wres.safe_text import printable

if TYPE_CHECKING:
    import pandas as pd

_MANY = 5  # as many different values, most of them there once, are no list of codes but something about single people
_LONGEST = 80
_SIGNS = (
    person_signs.is_birth_date,
    person_signs.is_forename,
    person_signs.is_insurance_number,
    person_signs.is_known_name,
    person_signs.is_nhs_number,
    person_signs.is_staff_number,
    person_signs.is_whereabouts,
    person_signs.find_personal_emails,
)


@dataclass(frozen=True)
class Question:
    """A value that has no place yet: its field, as the sender wrote it, how often, and the possible answers."""

    field: str
    value: str
    number: int
    noun: str
    answers: tuple[str, ...]
    withheld: bool = False

    def text(self) -> str:
        """Say it in a line, as in "pay scale XX99: 12 people"."""
        noun = self.noun if self.number != 1 else {"people": "person", "cases": "case", "rows": "row"}[self.noun]
        return f"{self.field.replace('_', ' ')} {self.value or '(blank)'}: {self.number:,} {noun}"


def place_column(values: "pd.Series", name: str, sender_map: SenderMap) -> "pd.Series":
    """Return what each value of a column means; missing where a value cannot be placed."""
    return values.map({value: sender_map.place(name, value) for value in values.unique()})


def place_ethnic_categories(values: "pd.Series", template: Template, sender_map: SenderMap) -> "pd.Series":
    """Return the ethnic group of each value of a column; missing where a value cannot be placed."""
    return values.map({value: sender_map.place_ethnic_category(value, template) for value in values.unique()})


def ask_about(
    name: str, unplaced: "pd.Series", people: "pd.Series", noun: str, answers: Sequence[str] = ()
) -> list[Question]:
    """Make a question of each different value, with the number of different people (or cases) that it concerns.

    `answers` are those that the field may have where they depend on the template.
    """
    import pandas as pd

    if unplaced.empty:
        return []
    # Values that differ in spaces or capitals alone have one answer, so they are one question.
    frame = pd.DataFrame({"value": unplaced.str.split().str.join(" "), "who": people})
    frame["key"] = frame["value"].str.casefold()
    counts = frame.groupby("key").agg(value=("value", "min"), number=("who", "nunique")).sort_index()
    secret = len(counts) >= _MANY and int(counts["number"].sum()) < 2 * len(counts)
    signs = {value: _is_about_person(value) for value in counts["value"]}
    named = any(signs.values())  # then what has the shape of a name is one too
    possible = tuple(answers) or answers_to(name)
    questions, hidden = [], 0
    for value, number in zip(counts["value"], counts["number"], strict=True):
        if value and (secret or signs[value] or (named and person_signs.is_name(value))):
            hidden += int(number)
        else:
            questions.append(Question(name, value, int(number), noun, possible))
    if hidden:
        words = "(values that may be about single people, so they are not shown: see that the column is the right one)"
        questions.append(Question(name, words, hidden, noun, possible, withheld=True))
    return questions


def _is_about_person(value: str) -> bool:
    return value != printable(value) or len(value) > _LONGEST or any(sign(value) for sign in _SIGNS)


def add_to_map(sender_map: SenderMap, questions: Iterable[Question]) -> None:
    """Put each question into the map as an open answer, so that the sender finds it there."""
    for question in questions:
        if not question.withheld:
            sender_map.values.setdefault(question.field, {}).setdefault(question.value, "")
