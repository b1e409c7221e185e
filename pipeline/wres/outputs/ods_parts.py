"""The parts of an OpenDocument 1.3 spreadsheet as XML text: styles, properties, settings, contents list."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.table_schema import load_specification

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "office": f"{_OASIS}office:1.0",
        "table": f"{_OASIS}table:1.0",
        "text": f"{_OASIS}text:1.0",
        "style": f"{_OASIS}style:1.0",
        "number": f"{_OASIS}datastyle:1.0",
        "fo": f"{_OASIS}xsl-fo-compatible:1.0",
        "meta": f"{_OASIS}meta:1.0",
        "config": f"{_OASIS}config:1.0",
        "svg": f"{_OASIS}svg-compatible:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "xlink": "http://www.w3.org/1999/xlink",
    }.items()
)
_ROOT = f'{_SPACES} office:version="1.3"'
_PLACES = (0, 1, 2, 3, 4)
_WIDTHS = range(12, 121)  # characters
CM_PER_CHARACTER = 0.25  # of the letters that stand in for Arial where there is none
MOST_PAGES = 6  # side by side, on which a sheet is printed
_PAGES = range(1, MOST_PAGES + 1)


def number_style(places: int, *, grouped: bool = True) -> str:
    """Return the name of the cell style for figures with so many places; years are not grouped."""
    return f"n{places}" if grouped else "year"


def small_number_style(places: int) -> str:
    """Name the cell style for figures above zero that shows one that would print as 0.0000 as <0.0001."""
    return f"s{places}"


def content_start() -> str:
    """Return what stands before the sheets: the styles of their cells."""
    return (
        f"{_HEAD}<office:document-content {_ROOT}><office:automatic-styles>{_automatic()}</office:automatic-styles>"
        "<office:body><office:spreadsheet>"
    )


def content_end(ranges: Sequence[str]) -> str:
    """Return what stands after the sheets: which part of each is a table."""
    return (
        f"<table:database-ranges>{''.join(ranges)}</table:database-ranges>"
        "</office:spreadsheet></office:body></office:document-content>"
    )


def _automatic() -> str:
    """Return the number formats and cell styles of the document, as XML."""
    formats = "".join(
        f'<number:number-style style:name="f-{name}"><number:number number:decimal-places="{places}" '
        f'number:min-decimal-places="{places}" number:min-integer-digits="1" number:grouping="{grouping}"/>'
        "</number:number-style>"
        for name, places, grouping in [*((f"n{places}", places, "true") for places in _PLACES), ("year", 0, "false")]
    )
    formats += "".join(_small_format(places) for places in _PLACES if places)
    figures = "".join(
        f'<style:style style:name="{name}" style:family="table-cell" style:parent-style-name="Default" '
        f'style:data-style-name="f-{name}">{_aligned("start" if name == "year" else "end")}</style:style>'
        for name in (*(f"n{places}" for places in _PLACES), *(f"s{places}" for places in _PLACES if places), "year")
    )
    columns = "".join(
        f'<style:style style:name="co{width}" style:family="table-column"><style:table-column-properties '
        f'style:column-width="{width * CM_PER_CHARACTER:.2f}cm"/></style:style>'
        for width in _WIDTHS
    )
    return formats + figures + columns + _text_styles() + _ROWS + _sheet_styles()


def _small_format(places: int) -> str:
    """Return the number format of `small_number_style`: another format below half of the last place."""
    least = 10.0**-places
    return (
        f'<number:number-style style:name="f-below-{places}" style:volatile="true">'
        f"<number:text>&lt;{least:.{places}f}</number:text></number:number-style>"
        f'<number:number-style style:name="f-s{places}"><number:number number:decimal-places="{places}" '
        f'number:min-decimal-places="{places}" number:min-integer-digits="1"/>'
        f'<style:map style:condition="value()&lt;{least / 2:f}" style:apply-style-name="f-below-{places}"/>'
        "</number:number-style>"
    )


def _aligned(side: str, wrap: str = "no-wrap", gap: str = "0cm") -> str:
    return (
        f'<style:table-cell-properties fo:wrap-option="{wrap}" style:vertical-align="top"/>'
        f'<style:paragraph-properties fo:text-align="{side}" fo:margin-left="{gap}"/>'
    )


def _text_styles() -> str:
    """Return the styles of text and headings: at the start of a cell, at its end, with a gap beside figures."""
    bold = '<style:text-properties fo:font-weight="bold"/>'
    title = '<style:text-properties fo:font-weight="bold" fo:font-size="16pt"/>'
    looks = {
        "title": (_aligned("start"), title),
        "sentence": (_aligned("start"), ""),  # above a table it runs on over the columns
        **{
            f"{name}{end}": (_aligned(*place), letters)
            for name, letters in (("text", ""), ("header", bold))
            for end, place in _PLACED.items()
        },
    }
    return "".join(
        f'<style:style style:name="{name}" style:family="table-cell" style:parent-style-name="Default">'
        f"{place}{letters}</style:style>"
        for name, (place, letters) in looks.items()
    )


_PLACED = {"": ("start", "wrap"), "-end": ("end", "wrap"), "-inset": ("start", "wrap", "0.25cm")}
_ROWS = (
    '<style:style style:name="ro" style:family="table-row">'
    '<style:table-row-properties style:use-optimal-row-height="true"/></style:style>'
)


def sheet_style(pages: int) -> str:
    """Name the style of a sheet that is printed on so many pages side by side."""
    return f"ta{pages}"


def _sheet_styles() -> str:
    return "".join(
        f'<style:style style:name="{sheet_style(pages)}" style:family="table" style:master-page-name="Sheet{pages}">'
        '<style:table-properties table:display="true"/></style:style>'
        for pages in _PAGES
    )


def styles_xml() -> str:
    """Return the styles of the whole document: letters, language, paper."""
    return (
        f"{_HEAD}<office:document-styles {_ROOT}>"
        '<office:font-face-decls><style:font-face style:name="Arial" svg:font-family="Arial"/></office:font-face-decls>'
        '<office:styles><style:default-style style:family="table-cell"><style:text-properties style:font-name="Arial" '
        'fo:font-size="12pt" fo:language="en" fo:country="GB"/></style:default-style>'
        '<style:style style:name="Default" style:family="table-cell"/></office:styles>'
        f"<office:automatic-styles>{''.join(map(_page_layout, _PAGES))}</office:automatic-styles>"
        f"<office:master-styles>{''.join(map(_master_page, _PAGES))}</office:master-styles></office:document-styles>"
    )


def _page_layout(pages: int) -> str:
    """Print a sheet on so many pages of A3 side by side."""
    return (
        f'<style:page-layout style:name="page{pages}"><style:page-layout-properties fo:page-width="42cm" '
        f'fo:page-height="29.7cm" style:print-orientation="landscape" style:scale-to-X="{pages}" '
        'style:scale-to-Y="0"/></style:page-layout>'
    )


def _master_page(pages: int) -> str:
    return f'<style:master-page style:name="Sheet{pages}" style:page-layout-name="page{pages}"/>'


def meta_xml(about: ReleaseMetadata) -> str:
    """Return the document's properties: title, subject, publisher, language, and the release's own time."""
    words = load_specification()
    facts = {
        "dc:title": f"{words.subject}, {about.collection_year}",
        "dc:subject": words.subject,
        "dc:description": " ".join(f"{marking}." for marking in about.markings),
        "meta:initial-creator": words.publisher,
        "dc:creator": words.publisher,
        "meta:creation-date": about.created_text,
        "dc:date": about.created_text,
        "dc:language": "en-GB",
    }
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in facts.items() if text)
    return f"{_HEAD}<office:document-meta {_ROOT}><office:meta>{inside}</office:meta></office:document-meta>"


def settings_xml(names: Sequence[str]) -> str:
    """Return the view: the first sheet in sight, the cursor at A1 of each, nothing frozen."""
    sheets = "".join(_view(name) for name in names)
    active = _item("ActiveTable", "string", names[0])
    return (
        f"{_HEAD}<office:document-settings {_ROOT}><office:settings>"
        '<config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        f'{_item("ViewId", "string", "view1")}<config:config-item-map-named config:name="Tables">{sheets}'
        f"</config:config-item-map-named>{active}</config:config-item-map-entry></config:config-item-map-indexed>"
        "</config:config-item-set></office:settings></office:document-settings>"
    )


def _view(sheet: str) -> str:
    items = _item("CursorPositionX", "int", "0") + _item("CursorPositionY", "int", "0")
    return f"<config:config-item-map-entry config:name={quoteattr(sheet)}>{items}</config:config-item-map-entry>"


def _item(name: str, kind: str, value: str) -> str:
    return f'<config:config-item config:name="{name}" config:type="{kind}">{escape(value)}</config:config-item>'


def manifest_xml() -> str:
    """Return the list of the package's parts."""
    entries = {"/": MIMETYPE, **dict.fromkeys(("content.xml", "styles.xml", "meta.xml", "settings.xml"), "text/xml")}
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"'
        f"{' manifest:version=' + chr(34) + '1.3' + chr(34) if path == '/' else ''}/>"
        for path, kind in entries.items()
    )
    return (
        f'{_HEAD}<manifest:manifest xmlns:manifest="{_OASIS}manifest:1.0" manifest:version="1.3">'
        f"{listed}</manifest:manifest>"
    )
