"""The template and the CSV writer, on any organisation name, explanation and sign-off."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzzing import holds, seeds
from tests.fuzzing.texts import HOSTILE, Texts
from wres.returns.template.template_writer import write_csv

_OWN: list[str] = []  # the formulas of a template for a harmless name
WORDS = [text.encode() for text in HOSTILE]


def starts() -> dict[str, bytes]:
    """Texts to begin with."""
    return {str(number): text.encode() * 3 for number, text in enumerate(HOSTILE)}


def one(data: bytes) -> None:
    """Write both; no formula but the template's own, nothing lost on the way back."""
    if not _OWN:
        _OWN.extend(holds.formulas(seeds.workbook()))
    draw = Texts(data)
    name = draw.text()
    texts = {"signoff.name": draw.text(), "signoff.role": draw.text(), "signoff.date": draw.text()}
    texts |= {f"explanation.{draw.text() if draw.rarely() else 'Q301'}": draw.text()}
    book = seeds.workbook(name, texts=texts)
    assert holds.formulas(book) == _OWN
    result = holds.read(book, "return.xlsx")
    if not result.faults:
        code = result.text("organisation_code")
        assert code is not None, name
        assert code.value == "RXY", name
    with TemporaryDirectory() as folder:
        path = Path(folder) / "return.csv"
        write_csv(path, seeds.YEAR, "RXY", seeds.FIGURES, texts)
        holds.csv_is_inert(path.read_bytes())
        holds.read(path.read_bytes(), "return.csv")
