"""The links of a page that hold their file: the picture of a drawing and its data, with their sizes."""

from urllib.parse import quote

from wres.charts.picture import render_picture
from wres.site.page_tables import PageFigure


def download_links(shown: PageFigure, subject: str, stem: str) -> list[dict[str, str]]:
    """Return the picture and the data of a drawing, each as a link that holds the file itself.

    Args:
        shown: the drawing. Where all of its data is a file of the release, that is linked in place of a part.
        subject: what the picture is about, in a line.
        stem: the name of the files, without its ending.
    """
    files = [("Picture", "SVG", "image/svg+xml", render_picture(shown.chart, subject))]
    if shown.sheets and shown.sheets[0].rows and not shown.file:
        files.append(("Data", "CSV", "text/csv", shown.sheets[0].csv()))
    return [
        {
            "words": f"{words} ({kind}, {size_text(len(content.encode()))})",
            "address": f"data:{media};charset=utf-8,{content.translate(_QUOTED)}",
            "name": f"{stem}.{kind.lower()}",
        }
        for words, kind, media, content in files
    ]


class _Quoted(dict[int, str]):
    """Each character as an address holds it, for `str.translate`: several times as fast as `quote` on a whole file."""

    def __missing__(self, code: int) -> str:
        self[code] = quote(chr(code), safe="!$'()*+,;=:@/?-._~")
        return self[code]


_QUOTED = _Quoted()


def size_text(size: int) -> str:
    """Return the size of a file as people write it: 840 bytes, 12KB, 1.3MB."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f}KB" if size < 999_500 else f"{size / 1_000_000:.1f}MB"
