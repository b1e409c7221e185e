"""How the template looks: one palette, and no meaning that colour alone carries."""

from typing import Any

_FONT = {"font_name": "Arial", "font_size": 11, "valign": "vcenter"}
_BLUE = "#003087"
_PALE = "#E8EDEE"
_LINE = {"border": 1, "border_color": "#768692"}

_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": _BLUE},
    "plain": {},
    "prose": {"text_wrap": True, "valign": "top"},
    "label": {"bold": True},
    "label_top": {"bold": True, "valign": "top"},
    "value": {"align": "left"},
    "value_strong": {"align": "left", "bold": True},
    "header": {"bold": True, "font_color": "#FFFFFF", "bg_color": _BLUE, "text_wrap": True, **_LINE},
    "header_number": {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": _BLUE,
        "text_wrap": True,
        "align": "right",
        **_LINE,
    },
    "header_check": {"bold": True, "font_color": "#FFFFFF", "bg_color": _BLUE, "indent": 1, **_LINE},
    "section": {"bold": True, "bg_color": _PALE, "font_color": _BLUE, "top": 1, "bottom": 1},
    "code": {"font_size": 8, "font_color": "#425563"},
    "item": {"text_wrap": True},
    "indented": {"text_wrap": True, "indent": 2},
    "input": {"num_format": "#,##0.##;-#,##0.##", "bg_color": "#FFFBE6", "locked": False, **_LINE},
    "input_whole": {"num_format": "#,##0", "bg_color": "#FFFBE6", "locked": False, **_LINE},
    "input_text": {
        "bg_color": "#FFFBE6",
        "locked": False,
        "text_wrap": True,
        "valign": "top",
        "num_format": "@",
        **_LINE,
    },
    "input_date": {"bg_color": "#FFFBE6", "locked": False, "num_format": "d mmmm yyyy", "align": "left", **_LINE},
    "total": {"bold": True, "num_format": "#,##0.##", "bg_color": _PALE, **_LINE},
    "total_whole": {"bold": True, "num_format": "#,##0", "bg_color": _PALE, **_LINE},
    "percent": {"num_format": "0.00%", "bg_color": _PALE, **_LINE},
    "ratio": {"bold": True, "num_format": "0.00", "bg_color": _PALE, **_LINE},
    "check": {"font_size": 10, "indent": 1},
    "before": {"num_format": "#,##0", "font_color": "#425563", "italic": True},
    "before_half": {"num_format": "#,##0.0", "font_color": "#425563", "italic": True},
}


def height(text: str, width: int) -> float:
    """Return the height in points of a row that holds this text in a column of this width."""
    lines = sum(1 + len(line) * 10 // (width * 11) for line in text.split("\n"))
    return 15.0 * lines + 3


class Styles:
    """The formats of one workbook by name, made when first asked for."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._workbook.add_format({**_FONT, **_LOOKS[name]})
        return self._made[name]
