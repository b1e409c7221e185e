"""Fuzz the template and the CSV writer with any organisation name, explanation and sign-off."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzzing import invariants, seeds
from tests.fuzzing.texts import HOSTILE, Texts
from wres.returns.template.template_writer import return_csv

_TEMPLATE_FORMULAS: list[str] = []  # the formulas of a template for a harmless name
WORDS = [text.encode() for text in HOSTILE]


def make_seeds() -> dict[str, bytes]:
    """Make texts to begin with."""
    return {str(number): text.encode() * 3 for number, text in enumerate(HOSTILE)}


def check_input(data: bytes) -> None:
    """Write both; no formula but the template's own, nothing lost on the way back."""
    if not _TEMPLATE_FORMULAS:
        _TEMPLATE_FORMULAS.extend(invariants.list_formulas(seeds.make_workbook()))
    draw = Texts(data)
    name = draw.text()
    texts = {"signoff.name": draw.text(), "signoff.role": draw.text(), "signoff.date": draw.text()}
    texts |= {f"explanation.{draw.text() if draw.rarely() else 'Q301'}": draw.text()}
    book = seeds.make_workbook(name, texts=texts)
    assert invariants.list_formulas(book) == _TEMPLATE_FORMULAS
    result = invariants.read_checked(book, "return.xlsx")
    if not result.faults:
        code = result.text("organisation_code")
        assert code is not None, name
        assert code.value == "RXY", name
    with TemporaryDirectory() as folder:
        path = Path(folder) / "return.csv"
        path.write_bytes(return_csv(seeds.YEAR, "RXY", seeds.FIGURES, texts))
        invariants.check_csv(path.read_bytes())
        invariants.read_checked(path.read_bytes(), "return.csv")
