"""Write the cells that a sender fills in, and say what Excel lets into them."""

from decimal import Decimal
from functools import lru_cache
from textwrap import shorten
from typing import Any

from wres.returns.template_spec import Item

_TITLE, _MESSAGE = 32, 255  # characters that Excel takes
_ABOUT = "What to count"  # the title where the name of the item is too long to be one


def write_input(sheet: Any, place: str, value: Decimal | None, style: Any) -> None:
    """Write the figure, or an empty box."""
    if value is None:
        sheet.write_blank(place, None, style)
    else:
        sheet.write_number(place, float(value), style)


def data_validation(item: Item, first: str, last_year: str) -> dict[str, Any]:
    """Return Excel's data validation for the cells of an item's row, in XlsxWriter's terms.

    `first` is the address of the first of these cells.
    `last_year` says in words what these cells held last year; empty where that is not known.
    """
    label = item.label
    title, about = (label, "") if len(label) <= _TITLE else (_ABOUT, f"{label}. ")
    room = _MESSAGE - len(about) - len(last_year) - 1
    guidance = _shorten(item.guidance, room)
    message = f"{about}{guidance} {last_year}".strip()
    shared = {"input_title": title, "input_message": message, "error_type": "stop"}
    if item.step == 1:
        error = "Write a whole number, 0 or more, without a decimal point or words."
        return {
            **shared,
            "validate": "integer",
            "criteria": ">=",
            "value": 0,
            "error_title": "A whole number, please",
            "error_message": error,
        }
    rule = f"=AND(ISNUMBER({first}),{first}>=0,MOD({first}*2,1)=0)"
    error = "Write a number, 0 or more, that is whole or a half, such as 16 or 16.5."
    return {
        **shared,
        "validate": "custom",
        "value": rule,
        "error_title": "A whole number or a half",
        "error_message": error,
    }


@lru_cache(maxsize=1024)  # the workbooks of a year say the same
def _shorten(text: str, room: int) -> str:
    """Cut a text at a word, so that it has at most so many characters."""
    return shorten(text, room, placeholder=" ...")
