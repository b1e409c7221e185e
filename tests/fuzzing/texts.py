"""Make texts from a fuzzer's bytes: any characters but half ones, often beginning as an attack would."""

HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "x\r=1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff201",
    "=cmd|' /c calc'!A1", '=HYPERLINK("http://x.example")', "http://x.example", "mailto:a@b.cd", "internal:Return!A1",
    "external:x.xlsx", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)",
    "javascript:alert(1)", "</style><script>", "</title><svg/onload=alert(1)>", "{{ 7 * 7 }}", "{% include 'x' %}",
    "&L&A", "&", "&amp;", "]]>", "<!--", "_x000D_", "_x003D_1+1", "{=1+1}", "\x01", "\x0b", "\ufffe", "\uffff",
    "\u2028", "\u202e", "\U0001f600", "x" * 40_000, "",
]  # fmt: skip


class Texts:
    """Takes the bytes apart, a text after the other; when they are used up there are empty texts and noughts."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def _take(self, length: int) -> bytes:
        taken = self._data[self._position : self._position + length]
        self._position += length
        return taken

    def number(self, most: int) -> int:
        """From 0 to `most`."""
        return int.from_bytes(self._take((most.bit_length() + 7) // 8), "little") % (most + 1)

    def rarely(self) -> bool:
        """One time in eight."""
        return self.number(7) == 7

    def text(self) -> str:
        """A text; bytes that are no UTF-8 are left out."""
        length = self.number(255)
        start = HOSTILE[length % len(HOSTILE)] if length > 60 else ""
        return start + self._take(length % 60).decode("utf-8", errors="ignore")
