"""The method and the data dictionary as pages: Markdown of the project's guides made into HTML."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_OUTSIDE = re.compile(r"https://|mailto:")
_SCROLLED = 'class="wide" tabindex="0" role="region"'  # what may be wider than the screen can be scrolled by keyboard
_LOOKS = {"h2": "nhsuk-heading-m"}


def render_markdown(text: str, pages: Mapping[str, str]) -> Markup:
    """Return a guide as HTML without its title: headings have anchors, tables can be scrolled by keyboard.

    Args:
        text: Markdown that begins with its title.
        pages: where the guides that it links to stand on the site. A link to another one is left as words.
    """
    parser = _parser()
    tokens = parser.parse(text)
    tokens = tokens[3:] if tokens and tokens[0].tag == "h1" else tokens
    _anchor_headings(tokens)
    _mark_headers(tokens)
    for token in tokens:
        if token.children:
            token.children = _kept_links(token.children, pages)
    html = parser.renderer.render(list(_wrapped(tokens)), parser.options, {})
    return Markup(html)  # noqa: S704 - the parser escapes all text and lets no HTML pass


def slug(heading: str) -> str:
    """Return the anchor of a heading, as code forges make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _wrapped(tokens: Sequence["Token"]) -> Iterator["Token"]:
    """Put each table and each block of code into a box that scrolls, with a name of its own."""
    tables = blocks = 0
    for token in tokens:
        if token.type == "table_open":
            tables += 1
            yield _html(f'<div {_SCROLLED} aria-label="Table {tables}">\n')
        if token.type in {"fence", "code_block"}:
            blocks += 1
            code = escape(token.content)
            yield _html(f'<pre {_SCROLLED} aria-label="Formula {blocks}"><code>{code}</code></pre>\n')
        else:
            yield token
        if token.type == "table_close":
            yield _html("</div>\n")


def _html(content: str) -> "Token":
    from markdown_it.token import Token

    return Token("html_block", "", 0, content=content)


def _anchor_headings(tokens: Sequence["Token"]) -> None:
    """Give each heading its anchor and the look of its level."""
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slug(inline.content.replace("`", "")))
            token.attrSet("class", _LOOKS.get(token.tag, "nhsuk-heading-s"))


def _kept_links(children: Sequence["Token"], pages: Mapping[str, str]) -> list["Token"]:
    """Lead links to guides of the site there, and take away those to what the site does not have."""
    kept: list[Token] = []
    is_dropped = False
    for token in children:
        if token.type == "link_open":
            path, hash_mark, anchor = str(token.attrGet("href")).partition("#")
            target = path if not path or _OUTSIDE.match(path) else pages.get(path)
            if is_dropped := target is None:
                continue
            token.attrSet("href", f"{target}{hash_mark}{anchor}")
        elif token.type == "link_close" and is_dropped:
            is_dropped = False
            continue
        kept.append(token)
    return kept


def _mark_headers(tokens: Sequence["Token"]) -> None:
    """Say that a header cell heads a column; one without words is a plain cell, for it heads nothing."""
    for opened, inline, closed in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opened.type == "th_open" and inline.content.strip():
            opened.attrSet("scope", "col")
        elif opened.type == "th_open":
            opened.tag = closed.tag = "td"
