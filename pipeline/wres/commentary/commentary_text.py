"""Filling a text with figures: `{national.relative_likelihood}` becomes the published figure.

A text is paragraphs, lists (lines that start with "- ") and headings ("## "). In it:

- `{NAME}` is a sentence or a figure of the release's tables; `{NAME|words}` has words for when there is none to show;
- `{=1,234}` is a number that is in no table, such as one of another publication: whoever writes it answers for it;
- any other digits must be a year. So no figure can be typed that the tables do not have.
"""

import re
from dataclasses import dataclass

from wres.commentary.placeholders import Figures
from wres.commentary.source_text import default_text
from wres.errors import WresError
from wres.outputs.formatting import Tables
from wres.outputs.metadata import ReleaseMetadata

COMMENTARY = "commentary.md"  # the file of a release
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the filled text: `kind` is heading, paragraph or list, which has a text an item."""

    kind: str
    texts: tuple[str, ...]


def render_commentary(tables: Tables, about: ReleaseMetadata) -> list[Block]:
    """Fill in the commentary of a release. Parts without content are left out.

    Args:
        tables: every table by name, in the declared types, as `checked_tables` gives them.
        about: the release, with the text that staff wrote, if they wrote one.

    Raises:
        WresError: an unknown placeholder, a figure that is not there to show and has no words in its place, a brace
            left open, or a number typed by hand; names the line.
    """
    figures = Figures(tables, about)
    text = default_text() if about.commentary is None else about.commentary
    where = f"The commentary (commentary/{about.collection_year}.md)"
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            lines.append((line, _filled_line(line, figures)))
        except WresError as error:
            raise WresError(f"{where}, line {number}: {error}") from None
    return _blocks(lines)


def _filled_line(line: str, figures: Figures) -> str:
    """Fill in the placeholders of a line; refuse figures typed by hand and braces left open."""
    typed = _PLACEHOLDER.sub(" ", line)
    if re.match(r"#(?!# )", line):
        raise WresError('a heading begins with "## "; there is one kind.')
    if "{" in typed or "}" in typed:
        raise WresError("a brace is left open. Placeholders look like {national.relative_likelihood}.")
    for number in _NUMBER.findall(typed):
        if not _YEAR.fullmatch(number):
            raise WresError(
                f"the number {number} is typed by hand. Figures come from the tables: write a placeholder such as "
                f"{{national.relative_likelihood}}; a number that is in no table is written {{={number}}}."
            )
    return " ".join(_PLACEHOLDER.sub(lambda match: _stands_for(match.group(1), figures), line).split())


def _stands_for(content: str, figures: Figures) -> str:
    """Return the text of one placeholder; where it has no figure, what is written after the bar."""
    if content.startswith("="):
        return content[1:].strip()
    name, bar, otherwise = content.partition("|")
    text = figures.find(name.strip())
    if text.text is not None:
        return text.text
    if bar:
        return otherwise.strip()
    raise WresError(
        f"{{{name.strip()}}} {text.why} in this release. Leave it out, or say what stands in its place: "
        f"{{{name.strip()}|a figure that is not shown}}."
    )


def _blocks(lines: list[tuple[str, str]]) -> list[Block]:
    """Put lines as written and as filled together into blocks. A blank line ends a paragraph or a list."""
    blocks: list[Block] = []
    fresh = True
    for written, line in lines:
        if not written.strip():
            fresh = True
        elif line.startswith("## "):
            blocks.append(Block("heading", (line[3:],)))
            fresh = True
        elif line.startswith("- "):
            _add(blocks, "list", line[2:], fresh)
            fresh = False
        elif line and line != "-":
            _add(blocks, "paragraph", line, fresh)
            fresh = False
    return blocks


def _add(blocks: list[Block], kind: str, line: str, fresh: bool) -> None:
    """Put a line to the block before it where it belongs to it."""
    last = blocks[-1] if blocks and not fresh and blocks[-1].kind == kind else None
    if last is None:
        blocks.append(Block(kind, (line,)))
    elif kind == "list":
        blocks[-1] = Block(kind, (*last.texts, line))
    else:
        blocks[-1] = Block(kind, (f"{last.texts[0]} {line}",))


def commentary_bytes(tables: Tables, about: ReleaseMetadata) -> bytes:
    """Write the file `commentary.md` of a release: who it is for and what it is about, then the filled text."""
    parts = [f"**{marking}.**" for marking in about.markings]
    parts.append(f"# WRES indicator 3, {about.collection_year}, edition {about.edition}")
    for block in render_commentary(tables, about):
        prefix = {"heading": "## ", "list": "- "}.get(block.kind, "")
        parts.append("\n".join(f"{prefix}{text}" for text in block.texts))
    return ("\n\n".join(parts) + "\n").encode()
