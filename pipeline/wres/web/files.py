"""Files to download: never shown by the browser, and their names never break out of a header."""

from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from starlette.responses import Response

from wres.context import Context

_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
}


def download(content: bytes, name: str) -> Response:
    """Return bytes as a file to keep. The name may be a sender's: it is given as RFC 6266 has it, escaped."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "_" for sign in name) or "file"
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(
        content, media_type=_TYPES.get(Path(plain).suffix.lower(), "application/octet-stream"), headers=headers
    )


def template_file(context: Context, organisation_code: str) -> Response:
    """Return an organisation's blank workbook, with last year's figures beside."""
    from wres.adhoc import write_prefilled_template

    with TemporaryDirectory() as folder:
        name = f"wres-{context.year}-{organisation_code}.xlsx"
        return download(write_prefilled_template(context, organisation_code, Path(folder) / name).read_bytes(), name)
