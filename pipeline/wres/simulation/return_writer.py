"""Writing a return as a sender would: filled in on the national template, or exported as CSV."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from wres.reference.year_config import CollectionYear
from wres.returns.template.template_writer import return_csv, write_template
from wres.returns.template_spec import Template, load_template
from wres.simulation.assumptions import STAFF_CELLS
from wres.simulation.delivery import Figures
from wres.simulation.plans import Form


@dataclass(frozen=True, slots=True)
class Draft:
    """A return about to be written. `another_code` is some other organisation, for a sender who mistakes the code."""

    year: CollectionYear
    template: Template
    code: str
    name: str
    form: Form
    odd_csv: bool
    figures: Figures
    texts: Mapping[str, str]
    last_year: Figures | None
    another_code: str

    def total(self, group: str) -> Decimal:
        """Return the staff of one ethnic group, added up."""
        return sum((self.figures[item, group] for item in STAFF_CELLS), Decimal(0))

    def on_template(self, version: str) -> "Draft":
        """Return the same return on another template, as far as its items go."""
        template = load_template(version)
        cells = set(template.cells())
        figures = {cell: value for cell, value in self.figures.items() if cell in cells}
        year = self.year.model_copy(update={"template_version": version})
        return replace(self, template=template, year=year, figures=figures)


def content_of(draft: Draft) -> bytes:
    """Return the bytes of the file."""
    if draft.form == "csv":
        content = return_csv(draft.year, draft.code, draft.figures, draft.texts)
        return as_excel_csv(content) if draft.odd_csv else content
    file = io.BytesIO()
    write_template(
        file,
        draft.template,
        draft.year,
        draft.code,
        draft.name,
        last_year=draft.last_year,
        figures=draft.figures,
        texts=draft.texts,
    )
    return file.getvalue()


def as_excel_csv(content: bytes) -> bytes:
    """Return a CSV file as a spreadsheet on some desks saves it: a byte order mark and semicolons. It reads as well."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    return text.getvalue().encode("utf-8-sig")
