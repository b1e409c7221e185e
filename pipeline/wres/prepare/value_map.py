"""Hold what the values of an extract mean: a sender's answers, kept in a TOML file, then the shipped rules."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from wres.errors import WresError
from wres.storage.atomic import write_whole

_SHIPPED = Path(__file__).resolve().parent / "shipped_map.toml"
# Fields whose values are no words: "out" is the one answer, and only to the blank value or to what is not a date.
_FREE = {"person": ("out",), "date_entered": ("out",), "start_date": ("in", "out"), "end_date": ("in", "out")}
UNREADABLE = "(not a date)"
_HEAD = """# Your answers to wres prepare about your extracts. It is read again next year. It may name no person.
# An answer "" is still open. [columns.*] says which heading holds what; [values.*] what a value means.
"""


def normalise_value(text: str) -> str:
    """Return a value for comparing: lower case, single spaces."""
    return " ".join(text.split()).casefold()


@dataclass
class SenderMap:
    """A sender's answers: headings by extract and field, and meanings by field and value."""

    columns: dict[str, dict[str, str]] = field(default_factory=lambda: {"staff": {}, "cases": {}})
    values: dict[str, dict[str, str]] = field(default_factory=dict)

    def place(self, name: str, text: str) -> str | None:
        """Return what a value of a field means; None where neither the sender nor the shipped rules say."""
        value = normalise_value(text)
        for given, answer in self.values.get(name, {}).items():
            if answer and normalise_value(given) == value:
                return answer
        return _place_by_rules(name, value)


@cache
def shipped() -> dict[str, Any]:
    """Read the shipped headings and rules."""
    return tomllib.loads(_SHIPPED.read_text(encoding="utf-8"))


def answers_to(name: str) -> tuple[str, ...]:
    """Return the answers that a field may have, empty where there is no such field."""
    return _FREE.get(name) or tuple(shipped()["values"].get(name, {}).get("answers", ()))


@cache
def _rules(name: str) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(rule), answer) for rule, answer in shipped()["values"].get(name, {}).get("patterns", ())]


def _place_by_rules(name: str, value: str) -> str | None:
    return next((answer or None for rule, answer in _rules(name) if rule.search(value)), None)


def load_map(path: Path) -> SenderMap:
    """Read a sender's map; an empty one where the file is not there yet.

    Raises:
        WresError: it cannot be read, or has a key or an answer that is not known.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return SenderMap()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise WresError(f"The map {path} cannot be read ({why}). Correct it, or name another: --map.") from None
    if unknown := sorted(raw.keys() - {"columns", "values"}):
        raise _wrong(path, f"has the unknown table {unknown[0]!r}; use columns.staff, columns.cases and values.FIELD")
    columns = _tables(path, raw.get("columns", {}), "columns")
    for extract, headings in columns.items():
        known = shipped()["columns"].get(extract)
        if known is None:
            raise _wrong(path, f"has the unknown table columns.{extract}; use columns.staff or columns.cases")
        if unknown := sorted(headings.keys() - known.keys()):
            raise _wrong(path, f"has the unknown field {unknown[0]!r} in columns.{extract}; use {', '.join(known)}")
    values = _tables(path, raw.get("values", {}), "values")
    for name, given in values.items():
        allowed = answers_to(name)
        if not allowed:
            raise _wrong(path, f"has the unknown table values.{name}; use {', '.join(shipped()['values'])}")
        if wrong := [answer for answer in given.values() if answer and answer not in allowed]:
            raise _wrong(path, f"has the answer {wrong[0]!r} in values.{name}; use {', '.join(allowed)}")
    return SenderMap({"staff": {}, "cases": {}, **columns}, values)


def _tables(path: Path, raw: object, name: str) -> dict[str, dict[str, str]]:
    """Check that a table holds tables of texts."""
    if not isinstance(raw, Mapping) or not all(
        isinstance(table, Mapping) and all(isinstance(text, str) for text in table.values()) for table in raw.values()
    ):
        raise _wrong(path, f'must have lines such as "XX99" = "band_5" in tables {name}.FIELD')
    return {key: dict(table) for key, table in raw.items()}


def _wrong(path: Path, problem: str) -> WresError:
    return WresError(f"The map {path} {problem}. Correct it.")


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
    """A TOML basic string; JSON's escapes are TOML's too, but for the delete character, which TOML forbids bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
