"""A reader of a release's pages and CSV files that shares no code with what writes them."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

Row = dict[str, str]
SYMBOLS = {"c", "x", "z"}
_SCHEMA = Path(__file__).parents[2] / "pipeline" / "wres" / "outputs" / "tables.toml"
_VOID = {"meta", "link", "input", "br"}
_KEPT = {"p", "li", "strong", "figcaption", "h1", "dt", "dd", "caption", "th", "td", "text"}
_PAPERS = {"method.html", "dictionary.html", "accessibility.html", "compare.html"}


class Schema:
    """What columns are called and how their values are written, as tables.toml says."""

    def __init__(self) -> None:
        self.columns: dict[str, dict[str, Any]] = tomllib.loads(_SCHEMA.read_text(encoding="utf-8"))["columns"]

    def title(self, name: str) -> str:
        return str(self.columns[name]["title"])

    def words(self, name: str, text: str) -> str:
        """A text of a CSV file as a page shows it."""
        column = self.columns[name]
        if text in SYMBOLS:
            return f"[{text}]"
        if column["datatype"] == "boolean":
            return {"true": "Yes", "false": "No"}[text]
        if column["datatype"] in ("integer", "count", "decimal"):
            if text == "0.0000" and name.endswith(("p_value", "q_value")):
                return "<0.0001"
            sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
            whole, point, decimals = digits.partition(".")
            groups = [whole[max(end - 3, 0) : end] for end in range(len(whole), 0, -3)][::-1]
            return f"{sign}{','.join(groups)}{point}{decimals}"
        if "values" in column:
            return str(column["values"][text])
        return text[:1].upper() + text[1:].replace("_", " ") if column.get("coded") else text


@dataclass
class Table:
    caption: str = ""
    headers: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class Mark:
    """A path, box or text of a drawing."""

    tag: str
    attributes: dict[str, str]
    text: str = ""

    @property
    def kind(self) -> str:
        return self.attributes.get("class", "")


@dataclass
class Drawing:
    title: str
    label: str  # its text alternative
    words: str = ""  # the same below it
    marks: list[Mark] = field(default_factory=list)


class Page(HTMLParser):
    """Tables, drawings and texts of a page, in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self.drawings: list[Drawing] = []
        self.texts: list[tuple[str, str]] = []  # element and text
        self._open: list[str] = []
        self._parts: list[tuple[str, list[str]]] = []
        self._cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr":
            self._cells = []
        elif tag == "svg":
            self.drawings.append(Drawing(self.texts[-1][1], attributes.get("aria-label", "")))
        elif "svg" in self._open:
            self.drawings[-1].marks.append(Mark(tag, attributes))
        if tag not in _VOID:
            self._open.append(tag)
            if tag in _KEPT:
                self._parts.append((tag, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if "svg" in self._open:
            self.drawings[-1].marks.append(Mark(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()
        if tag == "tr":
            table = self.tables[-1]
            if table.headers:
                table.rows.append(self._cells)
            else:
                table.headers = self._cells
        elif self._parts and self._parts[-1][0] == tag:
            self._end_text(tag, " ".join("".join(self._parts.pop()[1]).split()))

    def _end_text(self, tag: str, text: str) -> None:
        if tag == "caption":
            self.tables[-1].caption = text
        elif tag in ("th", "td"):
            self._cells.append(text)
        elif tag == "text":
            self.drawings[-1].marks[-1].text = text
        else:
            if self._parts:
                self._parts[-1][1].append(f" {text} ")
            if tag == "p" and self.drawings and not self.drawings[-1].words and "details" in self._open:
                self.drawings[-1].words = text
            self.texts.append((tag, text))

    def handle_data(self, data: str) -> None:
        if self._parts:
            self._parts[-1][1].append(data)


@dataclass
class Release:
    """The folder of a release, of one collection year."""

    folder: Path
    year: str

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        tables = {}
        for path in sorted((self.folder / "csv").glob("*.csv")):
            with path.open(encoding="utf-8-sig", newline="") as file:
                tables[path.stem] = list(csv.DictReader(file))
        return tables

    def rows(self, table: str, **wanted: str) -> list[Row]:
        return [row for row in self.tables.get(table, []) if all(row[name] == text for name, text in wanted.items())]

    def pages(self) -> Iterator[tuple[str, Page]]:
        for path in sorted(self.folder.rglob("*.html")):
            name = path.relative_to(self.folder).as_posix()
            if name not in _PAPERS:
                yield name, Page(path.read_text(encoding="utf-8"))
