"""The release's own page: what it is, the headline figures, the way to every file. No script, and all in one file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.publication.about import ReleaseAbout
from pipeline.publication.csv import count_text
from pipeline.publication.layout import words_for
from pipeline.publication.specification import Column, load_specification

if TYPE_CHECKING:
    import pyarrow as pa

_FOLDER = Path(__file__).parent
_HEADLINE = (
    "collection_year",
    "window",
    "organisations",
    "white_likelihood_percent",
    "bme_likelihood_percent",
    "relative_likelihood",
    "relative_likelihood_lower",
    "relative_likelihood_upper",
    "range",
)
_GOALS = (
    "collection_year",
    "below",
    "within",
    "above",
    "not_calculable",
    "share_within_percent",
    "share_within_adjusted_percent",
    "goal_percent",
    "goal_met",
)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A table on the page: one row a collection year, all organisations together, figures as text."""

    name: str
    heading: str
    caption: str
    columns: list[Column]
    rows: list[list[str]]


def page_bytes(tables: Mapping[str, "pa.Table"], about: ReleaseAbout, book: str) -> bytes:
    """The content of `index.html`.

    Args:
        tables: every table by name, in the declared types and order, as `checked_tables` gives them.
        about: the release; its markings stand on top of the page.
        book: the file name of the workbook.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    text = environment.get_template("page.html.j2").render(
        about=about,
        book=book,
        made=f"{about.created_utc:%-d %B %Y} at {about.created_utc:%H:%M} UTC",
        shown=[
            _shown(tables, "national", "England, by collection year", _HEADLINE),
            _shown(tables, "goals", "Organisations within range, by collection year", _GOALS),
        ],
        words=load_specification(),
        zip=zip,
    )
    return (text + "\n").encode()


def _shown(tables: Mapping[str, "pa.Table"], name: str, heading: str, columns: tuple[str, ...]) -> _Shown:
    spec = load_specification().tables[name]
    chosen = [column for column in spec.columns if column.name in columns]
    rows = [row for row in tables[name].to_pylist() if row["organisation_group"] == "all"]
    texts = [[_text(column, row[column.name]) for column in chosen] for row in rows]
    return _Shown(name, heading, f"{spec.title}, all organisations", chosen, texts)


def _text(column: Column, value: Any) -> str:
    if value is None:
        return f"[{column.null}]"
    if column.datatype == "count":
        return count_text(value)
    if column.datatype == "integer":
        return f"{value:,}"
    return words_for(column, value)
