"""A made-up nation of any size: its register, its figures, its files. The same size gives the same bytes.

The first organisations are the real trusts of the shipped register; after them come small senders, as GP practices and
care providers would be. All figures are drawn here; about one file in twenty has one of `MISTAKES` in it.
"""

import csv
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wres.reference.register import area_names, default_register, expected_codes
from wres.reference.year_config import load_year
from wres.returns.indicator_math import ENTERED
from wres.returns.template.template_writer import CSV_COLUMNS, write_template
from wres.returns.template_spec import load_template

if TYPE_CHECKING:
    import pyarrow as pa

YEAR = 2022
TEMPLATE = load_template(load_year(YEAR).template_version)
CELLS = TEMPLATE.cells()
ONE_IN = 20  # files, has a mistake
_NURSES, _TOTAL, _OTHER = "workforce.clinical.band_5", "workforce.total", "workforce.medical.other"
Figures = dict[tuple[str, str], str]


def register(size: int) -> pd.DataFrame:
    """Return a register in which `size` organisations must send for 2022, columns as the project's own."""
    shipped = default_register()
    trusts = shipped[shipped["code"].isin(expected_codes(shipped, load_year(YEAR))[:size])]
    regions = list(area_names("region").items())
    more = range(size - len(trusts))
    small = pd.DataFrame(
        {
            "code": [f"X{number:05d}" for number in more],
            "name": [f"Small Sender {number}" for number in more],
            "organisation_group": "trust",
            "organisation_type": "community",
            "region_code": [regions[number % len(regions)][0] for number in more],
            "region_name": [regions[number % len(regions)][1] for number in more],
            "icb_code": "QOP",
            "icb_name": "NHS Greater Manchester Integrated Care Board",
            "country": "E",
            "opened": "2010-01-01",
            "closed": "",
            "type_source": "benchmark",
            "source": "benchmark",
        }
    )
    return pd.concat([trusts, small], ignore_index=True).astype(str).sort_values("code", ignore_index=True)


def drawn(codes: list[str], year: int) -> np.ndarray:
    """Draw counts of people, organisations by items by groups; sound by every edit that rejects."""
    draw = np.random.default_rng(year)
    real = np.array([not code.startswith("X") for code in codes])
    draw_sizes = np.random.default_rng(1)  # an organisation keeps its size
    size = np.where(real, 4000, 60) * np.exp(draw_sizes.normal(0, 0.5, len(codes)))
    summands = [item.in_total for item in TEMPLATE.items]
    share = np.array([0.72, 0.24, 0.04])
    mean = size[:, None, None] * share / sum(summands) * (1 + 0.02 * (year - YEAR))
    counts = np.where(np.array(summands)[None, :, None], draw.poisson(mean, (len(codes), len(summands), 3)), 0)
    at = {item.code: number for number, item in enumerate(TEMPLATE.items)}
    staff = counts.sum(axis=1)
    counts[:, at["workforce.medical.senior_medical_managers"]] = counts[:, at["workforce.medical.consultants"]] // 12
    counts[:, at[_TOTAL]] = staff
    counts[:, at[ENTERED]] = draw.binomial(staff, np.array([0.008, 0.010, 0.006]))
    return counts


def _figures(counts: np.ndarray) -> Figures:
    return {cell: str(value) for cell, value in zip(CELLS, counts.ravel().tolist(), strict=True)}


def _change(figures: Figures, item: str, group: str, value: str) -> Figures:
    return {**figures, (item, group): value}


def _above_staff(figures: Figures) -> Figures:
    return _change(figures, ENTERED, "bme", str(int(figures[_TOTAL, "bme"]) + 7))


def _another_total(figures: Figures) -> Figures:
    return _change(figures, _TOTAL, "white", str(int(figures[_TOTAL, "white"]) + 90))


def _item_missing(figures: Figures) -> Figures:
    return {cell: value for cell, value in figures.items() if cell[0] != _OTHER}


def _unknown_item(figures: Figures) -> Figures:
    return {**figures, ("workforce.clinical.band_10", "white"): "3"}


# A mistake changes the figures of a return. Each is found by one edit, in the order of the names.
MISTAKES: dict[str, Callable[[Figures], Figures]] = {
    "V203": partial(_change, item=_NURSES, group="bme", value="-4"),
    "V202": partial(_change, item=_NURSES, group="white", value="about forty"),
    "V204": partial(_change, item=_NURSES, group="white", value="12.3"),
    "V201": partial(_change, item=_OTHER, group="unknown", value=""),
    "V209": partial(_change, item=_OTHER, group="white", value="2000000"),
    "V205": _above_staff,
    "V206": _another_total,
    "V207": partial(_change, item="workforce.medical.senior_medical_managers", group="white", value="90000"),
    "S110": _item_missing,
    "S109": _unknown_item,
}


def files(folder: Path, size: int, form: str, *, one_in: int = ONE_IN) -> list[tuple[str, Path]]:
    """Write the returns of 2022 to a folder where they are not there yet; returns (organisation code, path) of each."""
    codes = expected_codes(register(size), load_year(YEAR))
    place = folder / f"{form}-{size}-{one_in}"
    made = [(code, place / f"{code}.{form}") for code in codes]
    done = place / "complete"
    if not done.exists():
        place.mkdir(parents=True, exist_ok=True)
        counts = drawn(codes, YEAR)
        sent = [(code, path, _sent(number, counts[number], one_in)) for number, (code, path) in enumerate(made)]
        if form == "csv":
            for file in sent:
                _write_csv(*file)
        else:
            with ProcessPoolExecutor(2) as processes:
                list(processes.map(_write_workbook, sent, chunksize=20))
        done.touch()
    return made


def _sent(number: int, counts: np.ndarray, one_in: int) -> Figures:
    figures = _figures(counts)
    if number % one_in == one_in - 1:
        mistakes = list(MISTAKES.values())
        figures = mistakes[number // one_in % len(mistakes)](figures)
    return figures


def _write_csv(code: str, path: Path, figures: Figures) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CSV_COLUMNS)
        writer.writerows((YEAR, code, item, group, value) for (item, group), value in figures.items())
        writer.writerows((YEAR, code, key, "", value) for key, value in _SIGN_OFF.items())


def _write_workbook(file: tuple[str, Path, Figures]) -> None:
    code, path, figures = file
    numbers = {cell: Decimal(value) for cell, value in figures.items() if _is_number(value) and cell in set(CELLS)}
    write_template(path, TEMPLATE, load_year(YEAR), code, f"Organisation {code}", figures=numbers, texts=_SIGN_OFF)


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


_SIGN_OFF = {"signoff.name": "Nobody", "signoff.role": "Director of Workforce", "signoff.date": "2022-06-09"}


def warehouse_rows(codes: list[str], years: list[int]) -> Iterator["pa.Table"]:
    """Give, a year at a time, the accepted figures of all organisations in the columns that the indicators need."""
    import pyarrow as pa

    items, groups = (pa.array([cell[position] for cell in CELLS]) for position in (0, 1))
    for year in years:
        counts = drawn(codes, year).reshape(len(codes), -1)
        organisation, cell = np.divmod(np.arange(counts.size), counts.shape[1])
        yield pa.table(
            {
                "collection_year": np.full(counts.size, year, dtype=np.int32),
                "organisation_code": pa.array(codes).take(organisation),
                "item": items.take(cell),
                "ethnic_group": groups.take(cell),
                "value": pa.array(counts.ravel()).cast(pa.decimal128(20, 1)).cast(pa.decimal128(12, 1)),
            }
        )
