"""The cells that a sender fills in: how they are written, and what Excel lets in and says."""

from decimal import Decimal
from typing import Any

from wres.returns.template_spec import Item


def write_input(sheet: Any, place: str, value: Decimal | None, style: Any) -> None:
    """Write the figure, or an empty box."""
    if value is None:
        sheet.write_blank(place, None, style)
    else:
        sheet.write_number(place, float(value), style)


def data_validation(item: Item, row: int) -> dict[str, Any]:
    """Excel's data validation for the three cells of an item's row, in XlsxWriter's terms."""
    shared = {"input_title": item.label[:32], "input_message": item.guidance, "error_type": "stop"}
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
    rule = f"=AND(ISNUMBER(C{row}),C{row}>=0,MOD(C{row}*2,1)=0)"
    error = "Write a number, 0 or more, that is whole or a half, such as 16 or 16.5."
    return {
        **shared,
        "validate": "custom",
        "value": rule,
        "error_title": "A whole number or a half",
        "error_message": error,
    }
