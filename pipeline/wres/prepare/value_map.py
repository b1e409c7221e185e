"""Hold what the values of an extract mean: a sender's answers, kept in a TOML file, then the shipped rules."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from wres.errors import WresError
from wres.returns.template_spec import Template, group_labels
from wres.storage.atomic import write_whole

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_SHIPPED = Path(__file__).resolve().parent / "shipped_map.toml"
# Fields whose values are no words: "out" is the one answer, and only to the blank value or to what is not a date.
ETHNIC_CATEGORY = "ethnic_category"  # whose answers are the ethnic groups of the template
_FREE = {"person": ("out",), "date_entered": ("out",), "start_date": ("in", "out"), "end_date": ("in", "out")}
UNREADABLE = "(not a date)"
_HEAD = """# Your answers to wres prepare about your extracts. It is read again next year. It may name no person.
# An answer "" is still open. [columns.*] says which heading holds what; [values.*] what a value means.
"""


def normalise_value(text: str) -> str:
    """Return a value for comparing: lower case, single spaces."""
    return " ".join(text.split()).casefold()


class SenderMap(BaseModel):
    """A sender's answers: headings by extract and field, and meanings by field and value."""

    model_config = ConfigDict(extra="forbid", strict=True)

    columns: dict[str, dict[str, str]] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        """Require known tables, fields and answers."""
        for extract, headings in self.columns.items():
            known = shipped()["columns"].get(extract)
            if known is None:
                raise ValueError(f"has the unknown table columns.{extract}; use columns.staff or columns.cases")
            if unknown := sorted(headings.keys() - known.keys()):
                raise ValueError(f"has the unknown field {unknown[0]!r} in columns.{extract}; use {', '.join(known)}")
        for name, mapped in self.values.items():
            allowed = answers_to(name)
            if not allowed:
                raise ValueError(f"has the unknown table values.{name}; use {', '.join(known_fields())}")
            if wrong := [answer for answer in mapped.values() if answer and answer not in allowed]:
                raise ValueError(f"has the answer {wrong[0]!r} in values.{name}; use {', '.join(allowed)}")
        self.columns = {"staff": {}, "cases": {}, **self.columns}
        return self

    def place(self, name: str, text: str) -> str | None:
        """Return what a value of a field means; None where neither the sender nor the shipped rules say."""
        value = normalise_value(text)
        for stated, answer in self.values.get(name, {}).items():
            if answer and normalise_value(stated) == value:
                return answer
        return _place_by_rules(name, value)

    def place_ethnic_category(self, text: str, template: Template) -> str | None:
        """Return the template's group of an ethnic category; None where neither the sender nor the template says.

        An answer of the sender's counts as long as the template has the group.
        """
        value = normalise_value(text)
        for category, group in self.values.get(ETHNIC_CATEGORY, {}).items():
            if group in template.ethnic_groups and normalise_value(category) == value:
                return group
        return next((group for rule, group in template.ethnic_categories if rule.search(value)), None)


@cache
def shipped() -> dict[str, Any]:
    """Read the shipped headings and rules."""
    return tomllib.loads(_SHIPPED.read_text(encoding="utf-8"))


def known_fields() -> tuple[str, ...]:
    """Return the fields whose values have a meaning."""
    return (ETHNIC_CATEGORY, *shipped()["values"])


def answers_to(name: str) -> tuple[str, ...]:
    """Return the answers that a field may have, by all templates; none where there is no such field."""
    if name == ETHNIC_CATEGORY:
        return tuple(group_labels())
    return _FREE.get(name) or tuple(shipped()["values"].get(name, {}).get("answers", ()))


@cache
def _compile_rules(name: str) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(rule), answer) for rule, answer in shipped()["values"].get(name, {}).get("patterns", ())]


def _place_by_rules(name: str, value: str) -> str | None:
    return next((answer or None for rule, answer in _compile_rules(name) if rule.search(value)), None)


def load_map(path: Path) -> SenderMap:
    """Read a sender's map; an empty one where the file is not there yet.

    Raises:
        WresError: it cannot be read, or has a key or an answer that is not known.
    """
    try:
        return SenderMap.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        return SenderMap()
    except ValidationError as error:
        raise WresError(f"The map {path} {_describe_problem(error.errors()[0])}. Correct it.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise WresError(f"The map {path} cannot be read ({why}). Correct it, or name another: --map.") from None


def _describe_problem(error: "ErrorDetails") -> str:
    """Say what is wrong, as the end of a sentence about the map."""
    if error["type"] == "extra_forbidden":
        return f"has the unknown table {error['loc'][0]!r}; use columns.staff, columns.cases and values.FIELD"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return f'must have lines such as "XX99" = "band_5" in tables {error["loc"][0]}.FIELD'


def save_map(path: Path, sender_map: SenderMap) -> None:
    """Write a sender's map whole, in place of the file that was there."""
    lines = [_HEAD]
    for kind, tables in (("columns", sender_map.columns), ("values", sender_map.values)):
        for name, table in tables.items():
            if table:
                lines.append(f"[{kind}.{name}]")
                lines += [f"{_quote(key)} = {_quote(text)}" for key, text in table.items()]
                lines.append("")
    write_whole(path, "\n".join(lines).encode())


def _quote(text: str) -> str:
    """Write a TOML basic string. JSON's escapes serve, but for the delete character, which TOML forbids bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
